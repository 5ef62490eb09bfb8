using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Requests mean the same however their bytes arrive: torn, together, or while an answer is under way.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneShard))]
public sealed class TornRequestTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task A_stream_request_cut_at_every_place_opens_the_stream()
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("a b", ["one", "two"]);
        byte[] request = Request.Stream("/events/a%20b?x=1", ids[0]);
        for (int cut = 1; cut < request.Length; cut++)
        {
            using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
            await client.SendTornAsync(request, cut);
            await client.ReadThroughAsync($"id: {ids[0]}\n\n");
            Assert.That(await client.ReadThroughAsync("\n\n"), Is.EqualTo($"id: {ids[1]}\ndata: two\n\n"), $"cut at {cut}");
        }
    }

    [Test]
    public async Task A_request_sent_byte_by_byte_is_answered()
    {
        TestServer server = await StartAsync();
        byte[] request = Request.PostChunked("/events/news?type=t", "hello é"u8.ToArray(), 3);
        using RawClient client = await server.ConnectAsync();
        await client.SendTornAsync(request, [.. Enumerable.Range(1, request.Length - 1)]);
        string id = (await client.ReadReplyAsync()).PublishedId();
        StreamClient stream = await server.OpenAsync("/events/news", "0-0");
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Events[0], Is.EqualTo(new SseItem(SseItemKind.Event, id, "t", "hello é")));
    }

    [Test]
    public async Task A_publish_cut_at_every_place_is_published_once()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        using RawClient client = await server.ConnectAsync();
        int length = Request.Post("/events/news", "data000").Length;
        var expected = new List<string>();
        for (int cut = 1; cut < length; cut++)
        {
            expected.Add($"data{cut:000}");
            await client.SendTornAsync(Request.Post("/events/news", expected[^1]), cut);
            (await client.ReadReplyAsync()).PublishedId();
        }
        await stream.WaitForEventsAsync(expected.Count);
        Assert.That(stream.Data, Is.EqualTo(expected));
    }

    [Test]
    public async Task Pipelined_requests_are_answered_in_order()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        string[] data = [.. Enumerable.Range(0, 100).Select(i => $"p{i}")];
        byte[] all = [.. data.SelectMany(d => Request.Post("/events/news", d))];
        await client.SendAsync([.. all, .. Request.Get("/healthz"), .. Request.Get("/nowhere"), .. Request.Stream("/events/news", "0-0")]);
        var ids = new List<string>();
        foreach (string _ in data) ids.Add((await client.ReadReplyAsync()).PublishedId());
        Assert.That(ids.Select(EventId.Parse), Is.Ordered.And.Unique);
        Assert.That((await client.ReadReplyAsync()).Status, Is.EqualTo(200));
        (await client.ReadReplyAsync()).MustBeError(404);
        Assert.That((await client.ReadHeadAsync()).Status, Is.EqualTo(200));
        foreach ((string id, string d) in ids.Zip(data)) await client.ReadThroughAsync($"id: {id}\ndata: {d}\n\n");
    }

    [Test]
    public async Task Pipelined_requests_torn_anywhere_are_answered_alike()
    {
        TestServer server = await StartAsync();
        int seed = Seed.Take();
        var random = new Random(seed);
        byte[] all = [.. Enumerable.Range(0, 20).SelectMany(i => i % 2 == 0
            ? Request.Post("/events/news", $"p{i}") : Request.PostChunked("/events/news", [.. $"p{i}".Select(c => (byte)c)], 1))];
        for (int round = 0; round < 20; round++)
        {
            using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
            int[] cuts = [.. Enumerable.Range(0, 15).Select(_ => random.Next(1, all.Length)).Distinct().Order()];
            Task sending = client.SendTornAsync(all, cuts);
            for (int i = 0; i < 20; i++) (await client.ReadReplyAsync()).PublishedId();
            await sending;
        }
        StreamClient stream = await server.OpenAsync("/events/news?from=earliest");
        await stream.WaitForEventsAsync(400);
        string[] once = [.. Enumerable.Range(0, 20).Select(i => $"p{i}")];
        Assert.That(stream.Data, Is.EqualTo(Enumerable.Repeat(once, 20).SelectMany(x => x)), Seed.Replay(seed));
    }

    [Test]
    public async Task A_connection_is_kept_alive_and_closed_when_asked()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 50; i++) (await client.AskAsync(Request.Post("/events/news", $"{i}"))).PublishedId();
        HttpReply last = await client.AskAsync(Request.Post("/events/news", "last", "Connection: close"));
        last.PublishedId();
        Assert.That(last.Header("Connection"), Is.EqualTo("close"));
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task An_http_1_0_request_is_answered_and_closed()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /events/news HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello");
        HttpReply reply = await client.ReadReplyAsync();
        reply.PublishedId();
        Assert.That(reply.Header("Transfer-Encoding"), Is.Null);
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_client_that_half_closes_after_its_request_still_gets_its_answer()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Post("/events/news", "hello"));
        client.ShutdownSend();
        (await client.ReadReplyAsync()).PublishedId();
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_body_cut_off_by_the_client_is_not_published()
    {
        TestServer server = await StartAsync();
        byte[] request = Request.Post("/events/news", "hello");
        foreach (bool reset in new[] { true, false })
        {
            RawClient client = await server.ConnectAsync();
            await client.SendAsync(request.AsMemory(0, request.Length - 1));
            if (reset) client.Reset();
            else client.Dispose();
        }
        await server.PublishAsync("news", "whole");
        StreamClient stream = await server.OpenAsync("/events/news?from=earliest");
        await stream.WaitForDataAsync("whole");
        Assert.That(stream.Data, Is.EqualTo(new[] { "whole" }));
    }

    [Test]
    public async Task Expect_100_continue_is_answered_before_the_body_is_sent()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        byte[] request = Request.Post("/events/news", "hello", "Expect: 100-continue");
        await client.SendAsync(request.AsMemory(0, request.Length - 5));
        HttpReply interim = await client.ReadHeadAsync();
        Assert.That(interim.Status, Is.EqualTo(100));
        await client.SendAsync("hello");
        (await client.ReadReplyAsync()).PublishedId();
    }

    [Test]
    public async Task Expect_100_continue_of_a_body_that_is_too_large_is_refused_at_once()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Of("POST", "/events/news", "Content-Length: 10000000", "Expect: 100-continue"));
        (await client.ReadReplyAsync()).MustBeError(413);
    }
}
