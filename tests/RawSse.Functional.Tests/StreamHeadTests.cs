using System.Globalization;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §3, first paragraph: the head and the first bytes of a stream.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class StreamHeadTests(Platform platform) : TransportFixture(platform)
{
    private const string FirstBytes = @"^(:[^\n]*\n\n?)retry: ([0-9]+)\n\n?id: ([A-Za-z0-9._~,-]+)\n\n";

    [Test]
    public async Task Head_is_what_the_contract_says_and_has_no_framing()
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Stream("/events/news"));
        HttpReply head = await client.ReadHeadAsync();
        Assert.Multiple(() =>
        {
            Assert.That(head.Version, Is.EqualTo("HTTP/1.1"));
            Assert.That(head.Status, Is.EqualTo(200));
            Assert.That(head.Header("Content-Type"), Is.EqualTo("text/event-stream"));
            Assert.That(head.Header("Cache-Control"), Is.EqualTo("no-store, no-transform"));
            Assert.That(head.Header("X-Accel-Buffering"), Is.EqualTo("no"));
            Assert.That(head.Header("Connection"), Is.EqualTo("close"));
            Assert.That(head.Header("Transfer-Encoding"), Is.Null);
            Assert.That(head.Header("Content-Length"), Is.Null);
            Assert.That(DateTime.TryParseExact(head.Header("Date"), "R", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
                Is.True, head.Header("Date"));
        });
    }

    [Test]
    public async Task Date_is_the_clocks()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        HttpReply reply = await server.GetAsync("/healthz");
        StreamClient stream = await server.OpenAsync("/events/news");
        Assert.That(stream.Head.Header("Date"), Is.EqualTo(clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)));
        Assert.That(reply.Header("Date"), Is.EqualTo(clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)));
    }

    [Test]
    public async Task First_bytes_of_an_empty_channel_are_a_comment_a_retry_and_the_position_zero()
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Stream("/events/news"));
        await client.ReadHeadAsync();
        string first = await client.ReadThroughAsync("id: 0-0\n\n");
        Assert.That(first, Does.Match(FirstBytes + "$"));
    }

    [Test]
    public async Task Position_block_of_a_stream_from_now_is_the_newest_id()
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("news", ["a", "b"]);
        StreamClient stream = await server.OpenAsync("/events/news");
        Assert.That(stream.Position, Is.EqualTo(ids[1]));
        await server.PublishAsync("news", "c");
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Data, Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public async Task Position_block_fires_no_event()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        await server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Events, Has.Count.EqualTo(1));
        Assert.That(stream.Items.Select(i => i.Kind).Take(3),
            Is.EqualTo(new[] { SseItemKind.Comment, SseItemKind.Retry, SseItemKind.Position }));
    }

    [TestCase("HTTP/1.0", "")]
    [TestCase("HTTP/1.0", "Connection: keep-alive\r\n")]
    [TestCase("HTTP/1.1", "Host: localhost\r\nConnection: keep-alive\r\n")]
    [TestCase("HTTP/1.1", "Host: localhost\r\nConnection: close\r\n")]
    public async Task Body_ends_with_the_connection_whatever_the_client_asks(string version, string headers)
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        await client.SendAsync($"GET /events/news {version}\r\n{headers}\r\n");
        HttpReply head = await client.ReadHeadAsync();
        Assert.That(head.Status, Is.EqualTo(200));
        Assert.That(head.Header("Connection"), Is.EqualTo("close"));
        Assert.That(head.Header("Transfer-Encoding"), Is.Null);
        await client.ReadThroughAsync("id: 0-0\n\n");
        string id = await server.PublishAsync("news", "hello");
        string frame = $"id: {id}\ndata: hello\n\n";
        Assert.That(await client.ReadExactlyAsync(frame.Length), Is.EqualTo(System.Text.Encoding.ASCII.GetBytes(frame)));
        await server.Server.DrainAsync(TimeSpan.Zero, TimeSpan.Zero);
        await client.ReadToEndAsync();
    }

    [Test]
    public async Task An_accept_field_is_not_needed()
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Get("/events/news", "Accept: */*", "User-Agent: curl/8.5.0"));
        Assert.That((await client.ReadHeadAsync()).Header("Content-Type"), Is.EqualTo("text/event-stream"));
    }

    [Test]
    public async Task Head_request_is_answered_without_body_or_stream()
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        HttpReply reply = await client.AskAsync(Request.Of("HEAD", "/events/news"));
        Assert.That(reply.Status, Is.EqualTo(200));
        Assert.That(reply.Header("Content-Type"), Is.EqualTo("text/event-stream"));
        if (reply.Header("Connection") == "close")
        {
            Assert.That(await client.ReadToEndAsync(), Is.Empty);
            return;
        }
        // Kept alive: the next answer must follow with no byte of a body between.
        Assert.That((await client.AskAsync(Request.Get("/healthz"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task What_a_client_sends_after_its_request_is_discarded()
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        await client.SendAsync([.. Request.Stream("/events/news"), .. Request.Get("/healthz"), .. "more\r\n"u8]);
        await client.ReadHeadAsync();
        await client.ReadThroughAsync("id: 0-0\n\n");
        await client.SendAsync("GET / HTTP/1.1\r\n\r\n");
        string id = await server.PublishAsync("news", "after");
        Assert.That(await client.ReadThroughAsync("\n\n"), Is.EqualTo($"id: {id}\ndata: after\n\n"));
    }

    [Test]
    public async Task A_client_that_only_shuts_its_sending_side_down_or_leaves_is_let_go()
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Stream("/events/news"));
        await client.ReadThroughAsync("id: 0-0\n\n");
        Assert.That((await server.MetricsAsync())["rawsse_subscriptions"], Is.EqualTo(1));
        client.Dispose();
        await Patience.UntilAsync(async () => (await server.MetricsAsync())["rawsse_subscriptions"] == 0, "the subscription to go");
    }
}
