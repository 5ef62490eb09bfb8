using System.Globalization;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §1 and §3: heartbeats, retry, lifetime and send timeout, all by the stepped clock.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class TimingTests(Platform platform) : TransportFixture(platform)
{
    private const string News = "/events/news";

    [Test]
    public async Task An_idle_stream_gets_comments_which_fire_nothing_and_move_no_position()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        string id = await server.PublishAsync("news", "x");
        StreamClient stream = await server.OpenAsync(News, id);
        int before = Comments(stream);
        for (int beat = 1; beat <= 3; beat++)
        {
            int wanted = before + beat;
            await clock.AdvanceUntilAsync(stream.WaitAsync(p => p.Items.Count(i => i.Kind == SseItemKind.Comment) >= wanted, "a comment"),
                TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), $"heartbeat {beat}");
        }
        Assert.That(stream.Events, Is.Empty);
        Assert.That(stream.LastEventId, Is.EqualTo(id));
        await server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task No_heartbeat_when_it_is_off()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options => options.Heartbeat = TimeSpan.Zero, clock);
        StreamClient stream = await server.OpenAsync(News);
        int before = Comments(stream);
        for (int i = 0; i < 10; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            string id = await server.PublishAsync("news", $"{i}");
            await stream.WaitAsync(p => p.LastEventId == id, "the event");
        }
        Assert.That(Comments(stream), Is.EqualTo(before));
    }

    [Test]
    public async Task A_busy_stream_needs_no_heartbeat()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        StreamClient stream = await server.OpenAsync(News);
        int before = Comments(stream);
        for (int i = 0; i < 30; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(4));
            string id = await server.PublishAsync("news", $"{i}");
            await stream.WaitAsync(p => p.LastEventId == id, "the event");
        }
        Assert.That(Comments(stream), Is.EqualTo(before));
    }

    [Test]
    public async Task Retry_is_jittered_within_half_of_the_option_for_each_connection()
    {
        TestServer server = await StartAsync(options => options.Retry = TimeSpan.FromSeconds(10));
        var retries = new List<int>();
        for (int i = 0; i < 60; i++)
        {
            await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, News);
            retries.Add(Retries(stream).Single());
        }
        Assert.That(retries, Is.All.InRange(5_000, 15_000));
        Assert.That(retries.Distinct().Count(), Is.GreaterThan(10));
        // 60 draws miss a whole quarter of the range with a chance below 1 in 10 million.
        Assert.That(retries.Min(), Is.LessThan(7_500));
        Assert.That(retries.Max(), Is.GreaterThan(12_500));
    }

    [Test]
    public async Task A_stream_is_closed_after_its_lifetime_with_a_retry_and_resumes()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options => options.MaxLifetime = TimeSpan.FromHours(1), clock);
        StreamClient[] streams = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.OpenAsync(News)))];
        string id = await server.PublishAsync("news", "x");
        foreach (StreamClient stream in streams) await stream.WaitForEventsAsync(1);
        clock.Advance(TimeSpan.FromMinutes(47));
        await server.PublishAsync("news", "y");
        foreach (StreamClient stream in streams) await stream.WaitForDataAsync("y");
        Assert.That(streams.Any(s => s.Ended), Is.False, "80 % of the lifetime are not over");

        await clock.AdvanceUntilAsync(Task.WhenAll(streams.Select(s => s.EndAsync())),
            TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(14), "all streams closed by 100 % of the lifetime");
        foreach (StreamClient stream in streams)
        {
            Assert.That(await stream.EndAsync(), Is.EqualTo("FIN"));
            Assert.That(stream.Items[^1].Kind, Is.EqualTo(SseItemKind.Retry), "a retry is the last thing said");
            Assert.That(Retries(stream)[^1], Is.InRange(1_500, 4_500));
        }
        await Patience.UntilAsync(async () => (await server.MetricsAsync())["rawsse_closes_total"] >= 20, "20 closes to be counted");
        StreamClient again = await server.OpenAsync(News, id);
        await again.WaitForDataAsync("y");
    }

    [Test]
    public async Task A_blocked_subscriber_that_takes_nothing_is_closed_after_send_timeout()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options => options.Heartbeat = TimeSpan.Zero, clock);
        StreamClient slow = await server.OpenSlowAsync(News);
        StreamClient fast = await server.OpenAsync(News);
        Publisher publisher = await server.PublisherAsync();
        string large = new('x', 200_000);
        for (int i = 0; i < 60; i++) await publisher.PublishAsync("news", large);
        await fast.WaitForEventsAsync(60);
        Assert.That((await server.MetricsAsync())["rawsse_subscriptions"], Is.EqualTo(2));
        clock.Advance(TimeSpan.FromSeconds(20));
        await server.Server.PublishAsync("news", "still open");
        await fast.WaitForDataAsync("still open");
        Assert.That((await server.MetricsAsync())["rawsse_subscriptions"], Is.EqualTo(2), "20 s of 30 are over");

        Task gone = Patience.UntilAsync(async () => (await server.MetricsAsync())["rawsse_subscriptions"] == 1, "the blocked one to be closed");
        await clock.AdvanceUntilAsync(gone, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), "the close after 30 s");
        await server.Server.PublishAsync("news", "end");
        await fast.WaitForDataAsync("end");
        Assert.That(slow.Events, Is.Empty);
    }

    [Test]
    public async Task A_slow_subscriber_that_takes_a_little_is_not_closed()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options => options.Heartbeat = TimeSpan.Zero, clock);
        StreamClient slow = await server.OpenSlowAsync(News);
        Publisher publisher = await server.PublisherAsync();
        string large = new('x', 200_000);
        for (int i = 0; i < 60; i++) await publisher.PublishAsync("news", large);
        for (int turn = 0; turn < 6; turn++)
        {
            // Enough that the kernel's buffers have room again, so that the server sees that something was taken.
            for (int taken = 0; taken < 1_000_000; taken += 4096) await slow.ReadSomeAsync(4096);
            await Patience.UntilAsync(async () => (await server.GetAsync("/healthz")).Status == 200, "the shard to step");
            clock.Advance(TimeSpan.FromSeconds(20));
            await Patience.UntilAsync(async () => (await server.GetAsync("/healthz")).Status == 200, "the shard to step");
        }
        slow.ReadOn();
        await slow.WaitForEventsAsync(60);
        Assert.That(slow.Events.Select(e => e.Id), Is.Unique);
    }

    private static int Comments(StreamClient stream) => stream.Items.Count(i => i.Kind == SseItemKind.Comment);

    private static int[] Retries(StreamClient stream) =>
        [.. stream.Items.Where(i => i.Kind == SseItemKind.Retry).Select(i => int.Parse(i.Text, CultureInfo.InvariantCulture))];
}
