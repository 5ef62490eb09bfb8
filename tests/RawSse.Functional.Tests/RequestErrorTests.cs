using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §2, "anything else": the status, a JSON body that says what to change, and a connection that ends in order.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneShard))]
public sealed class RequestErrorTests(Platform platform) : TransportFixture(platform)
{
    private static readonly TestCaseData[] Malformed =
    [
        Bad("GET /events/news HTTP/1.1\r\n\r\n", 400, "No_host"),
        Bad("GET /events/news HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "Two_hosts"),
        Bad("GET /events/news HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "Host_with_space"),
        Bad("GET  /events/news HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Two_spaces_in_the_request_line"),
        Bad("GET /events/news\r\nHost: a\r\n\r\n", 400, "No_version"),
        Bad("GET events/news HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Target_without_slash"),
        Bad("G@T /events/news HTTP/1.1\r\nHost: a\r\n\r\n", 400, "Method_that_is_no_token"),
        Bad("GET /events/news HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", 400, "Field_name_with_space"),
        Bad("GET /events/news HTTP/1.1\r\nHost : a\r\n\r\n", 400, "Space_before_the_colon"),
        Bad("GET /events/news HTTP/1.1\r\nHost: a\r\nNoColon\r\n\r\n", 400, "Field_without_colon"),
        Bad("GET /events/news HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n", 400, "Folded_field"),
        Bad("GET /events/news HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400, "NUL_in_a_value"),
        Bad("GET /events/news HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400, "Bare_CR_in_a_value"),
        Bad("POST /events/news HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400, "Two_lengths"),
        Bad("POST /events/news HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", 400, "Signed_length"),
        Bad("POST /events/news HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "Length_and_chunked"),
        Bad("POST /events/news HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n", 400, "Chunk_size_that_is_no_number"),
        Bad("POST /events/news HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n", 400, "Chunk_longer_than_its_size"),
        Bad("POST /events/news HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, "Unknown_transfer_coding"),
        Bad("POST /events/news HTTP/1.1\r\nHost: a\r\n\r\n", 411, "Post_without_length"),
        Bad("GET /events/news HTTP/2.0\r\nHost: a\r\n\r\n", 505, "Version_2"),
        Bad("GET /events/news HTTP/0.9\r\nHost: a\r\n\r\n", 505, "Version_0_9"),
        Bad("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "Preface_of_http_2"),
        Bad("\u0016\u0003\u0001\u0002\u0000\u0001\u0000", 400, "TLS_hello"),
    ];

    [TestCaseSource(nameof(Malformed))]
    public async Task Is_refused_and_closed_and_harms_nobody(string request, int status)
    {
        TestServer server = await StartAsync();
        StreamClient other = await server.OpenAsync("/events/news");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(request);
        if (!request.Contains("\r\n\r\n", StringComparison.Ordinal)) client.ShutdownSend();
        HttpReply reply = (await client.ReadReplyAsync()).MustBeError(status);
        Assert.That(reply.Header("Connection"), Is.EqualTo("close"), "what follows cannot be trusted to be a request");
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        await server.PublishAsync("news", "end");
        await other.WaitForDataAsync("end");
        Assert.That(other.Events, Has.Count.EqualTo(1), "nothing was published by it");
    }

    [TestCase("/")]
    [TestCase("/events/news")]
    [TestCase("/events?channel=a")]
    [TestCase("/healthz")]
    [TestCase("/readyz")]
    [TestCase("/metrics")]
    [TestCase("/channels")]
    [TestCase("/channels/news")]
    public async Task A_method_that_is_not_for_the_target_is_405_with_allow(string target)
    {
        TestServer server = await StartAsync();
        foreach (string method in new[] { "PUT", "DELETE", "PATCH" })
        {
            HttpReply reply = (await server.AskAsync(Request.Of(method, target, "Content-Length: 0"))).MustBeError(405);
            string[] allow = reply.Header("Allow")!.Split(',', StringSplitOptions.TrimEntries);
            string[] expected = target.StartsWith("/events", StringComparison.Ordinal)
                ? ["GET", "HEAD", "OPTIONS", "POST"] : ["GET", "HEAD", "OPTIONS"];
            Assert.That(allow.Order(), Is.EqualTo(expected));
        }
    }

    [TestCase("/")]
    [TestCase("/events/news")]
    [TestCase("/events")]
    [TestCase("/healthz")]
    [TestCase("/channels")]
    public async Task Options_is_204_with_allow(string target)
    {
        TestServer server = await StartAsync();
        HttpReply reply = await server.AskAsync(Request.Of("OPTIONS", target));
        Assert.That(reply.Status, Is.EqualTo(204));
        Assert.That(reply.Header("Allow"), Does.Contain("GET").And.Contain("OPTIONS"));
        Assert.That(reply.Header("Content-Length"), Is.Null.Or.EqualTo("0"));
    }

    [Test]
    public async Task Options_of_the_whole_server_is_204()
    {
        TestServer server = await StartAsync();
        Assert.That((await server.AskAsync(Request.Of("OPTIONS", "*"))).Status, Is.EqualTo(204));
    }

    [TestCase("/nowhere")]
    [TestCase("/events/")]
    [TestCase("/eventsx")]
    [TestCase("/Events/news")]
    [TestCase("/healthz/x")]
    [TestCase("/channels/never-was")]
    public async Task An_unknown_target_is_404_or_400(string target)
    {
        TestServer server = await StartAsync();
        (await server.GetAsync(target)).MustBeError(target == "/events/" ? [400, 404] : [404]);
    }

    [Test]
    public async Task An_absolute_target_is_understood()
    {
        TestServer server = await StartAsync();
        Assert.That((await server.GetAsync("http://localhost/healthz")).Status, Is.EqualTo(200));
        Assert.That((await server.GetAsync("http://localhost:1/nowhere")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task An_error_that_leaves_the_framing_whole_keeps_the_connection()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync([.. Request.Get("/nowhere"), .. Request.Post("/events/news", "hello")]);
        HttpReply error = (await client.ReadReplyAsync()).MustBeError(404);
        if (error.Header("Connection") != "close") (await client.ReadReplyAsync()).PublishedId();
    }

    [TestCase("text/plain")]
    [TestCase("application/json")]
    [TestCase(null)]
    public async Task A_post_without_channel_that_is_not_ndjson_is_415(string? type)
    {
        TestServer server = await StartAsync();
        string[] headers = type is null ? [] : [$"Content-Type: {type}"];
        (await server.PostAsync("/events", "{}", headers)).MustBeError(415);
    }

    [Test]
    public async Task Head_of_an_error_has_its_status_and_no_body()
    {
        TestServer server = await StartAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Of("HEAD", "/nowhere", "Connection: close"));
        Assert.That((await client.ReadHeadAsync()).Status, Is.EqualTo(404));
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task Garbage_from_many_connections_harms_nobody()
    {
        int seed = Seed.Take();
        var random = new Random(seed);
        TestServer server = await StartAsync();
        StreamClient steady = await server.OpenAsync("/events/news");
        byte[] sample = Encoding.ASCII.GetBytes("POST /events/news?type=x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        for (int round = 0; round < 150; round++)
        {
            byte[] bytes = [.. sample];
            for (int flips = random.Next(1, 6); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            RawClient client = await RawClient.ConnectAsync(server.Endpoint);
            await client.SendAsync(bytes);
            client.Reset();
        }
        string id = await server.PublishAsync("news", "end");
        await steady.WaitForDataAsync("end");
        Assert.That(steady.Events.Single().Id, Is.EqualTo(id), "an unfinished body is never published; " + Seed.Replay(seed));
    }

    private static TestCaseData Bad(string request, int status, string name) =>
        new TestCaseData(request, status).SetArgDisplayNames(name);
}
