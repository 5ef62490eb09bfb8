using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §1 and §2: sizes and times of requests are bounded, and the answer arrives although the client still sends.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneShard))]
public sealed class LimitTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task A_body_beyond_max_event_bytes_is_413_while_the_client_is_still_sending()
    {
        TestServer server = await StartAsync();
        foreach (string framing in new[] { "Content-Length: 50000000", "Transfer-Encoding: chunked" })
        {
            using RawClient client = await server.ConnectAsync();
            await client.SendAsync(Request.Of("POST", "/events/news", framing));
            if (framing[0] == 'T') await client.SendAsync("1000000\r\n");
            using var stop = new CancellationTokenSource();
            Task sending = client.SendWhileTakenAsync(new byte[4_000_000], stop.Token);
            HttpReply reply = (await client.ReadReplyAsync()).MustBeError(413);
            Assert.That(reply.Header("Connection"), Is.EqualTo("close"));
            await stop.CancelAsync();
            await sending;
        }
    }

    [Test]
    public async Task The_bound_is_on_the_encoded_frame()
    {
        TestServer server = await StartAsync(options => options.MaxEventBytes = 1024);
        StreamClient stream = await server.OpenAsync("/events/news");
        string id = await server.PublishAsync("news", "x");
        int overhead = Encoding.UTF8.GetByteCount($"id: {id}\nevent: t\ndata: \n\n");
        // Ids may differ in length by a few digits of their sequence: stay that far away from the bound on both sides.
        string fits = new('f', 1024 - overhead - 4);
        await server.PublishAsync("news", fits, "t");
        (await server.PostAsync("/events/news?type=t", new string('x', 1024 - overhead + 4))).MustBeError(413);
        // Each line of data costs its field name: 200 bytes of LF are far more than 1 KiB when encoded.
        (await server.PostAsync("/events/news", new string('\n', 200))).MustBeError(413);
        (await server.PostAsync($"/events/news?type={new string('t', 1024)}", "x")).MustBeError(400, 413);
        await server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Data, Is.EqualTo(new[] { "x", fits, "end" }));
    }

    [Test]
    public async Task A_head_beyond_max_header_bytes_is_431_and_a_target_beyond_is_414()
    {
        TestServer server = await StartAsync(options => options.MaxHeaderBytes = 4096);
        Assert.That((await server.GetAsync("/healthz?x=" + new string('x', 3000))).Status, Is.EqualTo(200));
        foreach ((byte[] request, int status) in new[]
        {
            (Request.Get("/healthz", "X-Long: " + new string('x', 100_000)), 431),
            (Request.Get("/healthz", [.. Enumerable.Range(0, 2000).Select(i => $"X-{i}: value")]), 431),
            (Request.Get("/events/" + new string('x', 100_000)), 414),
            (Request.Get("/healthz?" + new string('x', 5_000)), 414),
        })
        {
            using RawClient client = await server.ConnectAsync();
            using var stop = new CancellationTokenSource();
            Task sending = client.SendWhileTakenAsync(request, stop.Token);
            (await client.ReadReplyAsync()).MustBeError(status);
            await stop.CancelAsync();
            await sending;
        }
    }

    [Test]
    public async Task A_head_that_never_ends_is_refused_and_not_stored()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET /healthz HTTP/1.1\r\nHost: a\r\nX: ");
        using var stop = new CancellationTokenSource();
        Task sending = client.SendWhileTakenAsync(Encoding.ASCII.GetBytes(new string('x', 30_000_000)), stop.Token);
        (await client.ReadReplyAsync()).MustBeError(431);
        await stop.CancelAsync();
        await sending;
    }

    [Test]
    public async Task A_head_that_takes_longer_than_header_timeout_is_408()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        using RawClient slow = await server.ConnectAsync();
        await slow.SendAsync("GET /healthz HTTP/1.1\r\n");
        using RawClient patient = await server.ConnectAsync();
        await SettleAsync(server);
        Task<HttpReply> reply = slow.ReadReplyAsync();
        await clock.AdvanceUntilAsync(reply, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(12), "408 after 10 s");
        (await reply).MustBeError(408);
        Assert.That(await slow.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_head_that_dribbles_does_not_extend_its_timeout()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        using RawClient slow = await server.ConnectAsync();
        await slow.SendAsync("GET /healthz HTTP/1.1\r\nX: ");
        await SettleAsync(server);
        Task<HttpReply> reply = slow.ReadReplyAsync();
        for (int second = 0; second < 9; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await slow.SendAsync("x");
            await SettleAsync(server);
            Assert.That(reply.IsCompleted, Is.False, $"answered after {second + 1} s of 10");
        }
        await clock.AdvanceUntilAsync(reply, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), "408 after 10 s");
        (await reply).MustBeError(408);
    }

    [Test]
    public async Task A_body_that_takes_longer_than_body_timeout_is_408()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        byte[] request = Request.Post("/events/news", "hello");
        foreach (byte[] start in new[] { request[..^1], Request.Of("POST", "/events/news", "Transfer-Encoding: chunked") })
        {
            using RawClient slow = await server.ConnectAsync();
            await slow.SendAsync(start);
            await SettleAsync(server);
            Task<HttpReply> reply = slow.ReadReplyAsync();
            clock.Advance(TimeSpan.FromSeconds(25));
            await SettleAsync(server);
            Assert.That(reply.IsCompleted, Is.False, "answered after 25 s of 30");
            await clock.AdvanceUntilAsync(reply, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(9), "408 after 30 s");
            (await reply).MustBeError(408);
        }
        await server.PublishAsync("news", "end");
        StreamClient stream = await server.OpenAsync("/events/news?from=earliest");
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Data, Is.EqualTo(new[] { "end" }));
    }

    [Test]
    public async Task An_idle_keep_alive_connection_is_closed_without_an_answer()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        using RawClient client = await server.ConnectAsync();
        (await client.AskAsync(Request.Post("/events/news", "hello"))).PublishedId();
        clock.Advance(TimeSpan.FromSeconds(50));
        (await client.AskAsync(Request.Post("/events/news", "still here"))).PublishedId();
        Task<byte[]> end = client.ReadToEndAsync();
        clock.Advance(TimeSpan.FromSeconds(50));
        await SettleAsync(server);
        Assert.That(end.IsCompleted, Is.False, "closed after 50 s of 60");
        await clock.AdvanceUntilAsync(end, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), "the close after 60 s");
        Assert.That(await end, Is.Empty);
    }

    [Test]
    public async Task A_stream_is_neither_idle_nor_late()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options => options.Heartbeat = TimeSpan.Zero, clock);
        StreamClient stream = await server.OpenAsync("/events/news");
        for (int i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await SettleAsync(server);
        }
        await server.Server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
    }

    /// <summary>The shard has seen what came before: a request that was sent after it is answered.</summary>
    private static async Task SettleAsync(TestServer server)
    {
        for (int i = 0; i < 3; i++) Assert.That((await server.GetAsync("/healthz")).Status, Is.EqualTo(200));
    }
}
