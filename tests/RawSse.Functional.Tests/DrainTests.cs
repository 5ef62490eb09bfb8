using System.Net.Sockets;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §1 and §3: drain closes all within its time, says retry first, and ends early when empty.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class DrainTests(Platform platform) : TransportFixture(platform)
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Streams_are_closed_over_the_drain_with_a_retry_between_frames()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        StreamClient[] streams = [.. await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => server.OpenAsync("/events/news")))];
        string id = await server.PublishAsync("news", "x");
        foreach (StreamClient stream in streams) await stream.WaitForEventsAsync(1);
        Task draining = server.Server.DrainAsync(TimeSpan.Zero, Ten);

        Task first = Task.WhenAny(streams.Select(s => s.EndAsync()));
        await clock.AdvanceUntilAsync(first, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7), "the first closes");
        Assert.That(draining.IsCompleted, Is.False);
        Assert.That(streams.Count(s => s.Ended), Is.LessThan(60), "over the drain's time, not at once");
        await clock.AdvanceUntilAsync(draining, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(12), "the drain's end");
        foreach (StreamClient stream in streams)
        {
            Assert.That(await stream.EndAsync(), Is.EqualTo("FIN"));
            Assert.That(stream.Items[^1].Kind, Is.EqualTo(SseItemKind.Retry));
            Assert.That(int.Parse(stream.Items[^1].Text), Is.InRange(1_500, 4_500));
            Assert.That(stream.LastEventId, Is.EqualTo(id));
        }
    }

    [Test]
    public async Task During_the_delay_it_is_not_ready_but_serves()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        Assert.That((await server.GetAsync("/readyz")).Status, Is.EqualTo(200));
        StreamClient stream = await server.OpenAsync("/events/news");
        Task draining = server.Server.DrainAsync(Ten, Ten);
        await Patience.UntilAsync(async () => (await server.GetAsync("/readyz")).Status == 503, "readiness to end");
        Assert.That((await server.GetAsync("/readyz")).Text, Does.Contain("drain"));
        Assert.That((await server.GetAsync("/healthz")).Status, Is.EqualTo(200), "healthy all the while");
        Assert.That((await server.MetricsAsync())["rawsse_draining"], Is.EqualTo(1));
        StreamClient late = await server.OpenAsync("/events/news");
        await server.PublishAsync("news", "served");
        await stream.WaitForDataAsync("served");
        await late.WaitForDataAsync("served");
        Assert.That(stream.Ended || late.Ended || draining.IsCompleted, Is.False);
        clock.Advance(Ten);
        await clock.AdvanceUntilAsync(draining, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(14), "the drain's end");
        Assert.That(await stream.EndAsync(), Is.EqualTo("FIN"));
        Assert.That(await late.EndAsync(), Is.EqualTo("FIN"));
    }

    [Test]
    public async Task A_new_request_during_the_drain_is_refused_in_words_an_event_source_survives()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        for (int i = 0; i < 20; i++) await server.OpenAsync("/events/news");
        using RawClient open = await server.ConnectAsync();
        Assert.That((await open.AskAsync(Request.Get("/healthz"))).Status, Is.EqualTo(200));
        Task draining = server.Server.DrainAsync(TimeSpan.Zero, Ten);
        await Patience.UntilAsync(async () => (await server.GetAsync("/readyz")).Status == 503, "readiness to end");

        using RawClient source = await server.ConnectAsync();
        await source.SendAsync(Request.Stream("/events/news"));
        HttpReply head = await source.ReadHeadAsync();
        string body = System.Text.Encoding.UTF8.GetString(await source.ReadToEndAsync());
        Assert.That(head.Status, Is.EqualTo(200));
        Assert.That(body, Does.Match(@"^:[^\n]*drain[^\n]*\n(\n)?retry: [0-9]+\n\n?$"));
        HttpReply other = (await server.GetAsync("/events/news")).MustBeError(503);
        Assert.That(other.Header("Retry-After"), Is.Not.Null);
        await clock.AdvanceUntilAsync(draining, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(14), "the drain's end");
    }

    [Test]
    public async Task It_ends_early_when_empty()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        StreamClient stream = await server.OpenAsync("/events/news");
        Task draining = server.Server.DrainAsync(TimeSpan.Zero, TimeSpan.FromHours(1));
        await stream.ResetAsync();
        // The clock stands still: only being empty can end it.
        await draining.WaitAsync(Patience.Limit);
    }

    [Test]
    public async Task A_drain_without_streams_ends_at_once()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        await server.Server.DrainAsync(TimeSpan.Zero, TimeSpan.FromHours(1)).WaitAsync(Patience.Limit);
    }

    [Test]
    public async Task A_drain_over_no_time_closes_all_at_once()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        StreamClient[] streams = [.. await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.OpenAsync("/events/news")))];
        Task draining = server.Server.DrainAsync(TimeSpan.Zero, TimeSpan.Zero);
        await clock.AdvanceUntilAsync(draining, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100), "the drain's end");
        foreach (StreamClient stream in streams) Assert.That(await stream.EndAsync(), Is.EqualTo("FIN"));
    }

    [Test]
    public async Task Clients_that_never_close_their_side_do_not_hold_up_the_drain()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        RawClient[] clients = [.. await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.ConnectAsync()))];
        foreach (RawClient client in clients)
        {
            await client.SendAsync(Request.Stream("/events/news"));
            await client.ReadThroughAsync("id: 0-0\n\n");
        }
        Task draining = server.Server.DrainAsync(TimeSpan.Zero, Ten);
        await clock.AdvanceUntilAsync(draining, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20), "the drain's end");
        foreach (RawClient client in clients)
            Assert.That(System.Text.Encoding.ASCII.GetString(await client.ReadToEndAsync()), Does.Match(@"retry: [0-9]+\n\n?$"));
    }

    [Test]
    public async Task A_blocked_subscriber_does_not_hold_up_the_drain()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        StreamClient slow = await server.OpenSlowAsync("/events/news");
        StreamClient fast = await server.OpenAsync("/events/news");
        string large = new('x', 200_000);
        for (int i = 0; i < 60; i++) await server.Server.PublishAsync("news", large);
        await fast.WaitForEventsAsync(60);
        Task draining = server.Server.DrainAsync(TimeSpan.Zero, Ten);
        await clock.AdvanceUntilAsync(draining, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(14), "the drain's end");
        Assert.That(await fast.EndAsync(), Is.EqualTo("FIN"));
        // Whatever of it arrives ends in a whole frame or is cut: nothing is written into the middle of one.
        slow.ReadOn();
        await slow.EndAsync();
        Assert.That(slow.Data, Is.All.EqualTo(large));
    }

    [Test]
    public async Task Disposing_ends_streams_and_frees_the_port()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        int port = server.Endpoint.Port;
        await server.Server.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
        await stream.EndAsync();
        Assert.That(async () => await RawClient.ConnectAsync(new(System.Net.IPAddress.Loopback, port)), Throws.InstanceOf<SocketException>());
        await StartAsync(options => options.Listen[0] = $"127.0.0.1:{port}");
    }
}
