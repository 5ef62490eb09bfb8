using RawSse.Functional.Tests.Support;
using RawSse.Server.Hosting;

namespace RawSse.Functional.Tests;

/// <summary>Contract §2, "Publishing": answers, ids, types, origins, and who may.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class PublishTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task Any_content_type_is_taken_as_it_is()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        // curl -d sends this type: the body is the data all the same, with nothing decoded.
        (await server.PostAsync("/events/news", "a=b+c%20d", "Content-Type: application/x-www-form-urlencoded")).PublishedId();
        (await server.PostAsync("/events/news", "{ \"a\" : 1 }", "Content-Type: application/json")).PublishedId();
        (await server.PostAsync("/events/news", "{\"data\":1}\n", "Content-Type: application/x-ndjson")).PublishedId();
        await stream.WaitForEventsAsync(3);
        Assert.That(stream.Data, Is.EqualTo(new[] { "a=b+c%20d", "{ \"a\" : 1 }", "{\"data\":1}\n" }));
    }

    [TestCase(new byte[] { 0xff })]
    [TestCase(new byte[] { 0x61, 0xc3 })]
    [TestCase(new byte[] { 0xc0, 0xaf })]
    [TestCase(new byte[] { 0xed, 0xa0, 0x80 })]
    [TestCase(new byte[] { 0xf4, 0x90, 0x80, 0x80 })]
    public async Task Data_that_is_not_utf8_is_400(byte[] body)
    {
        TestServer server = await StartAsync();
        (await server.AskAsync(Request.Post("/events/news", body))).MustBeError(400);
        (await server.AskAsync(Request.PostChunked("/events/news", body, 1))).MustBeError(400);
        Assert.That((await server.MetricsAsync())["rawsse_events_total"], Is.Zero);
    }

    [TestCase("a%0Ab")]
    [TestCase("a%0Db")]
    [TestCase("%00")]
    [TestCase("a%1Fb")]
    [TestCase("a%7Fb")]
    [TestCase("a%C2%85b")]
    [TestCase("rawsse.gap")]
    [TestCase("rawsse.")]
    [TestCase("%72awsse.x")]
    [TestCase("%FF")]
    public async Task A_type_that_could_forge_is_400(string type)
    {
        TestServer server = await StartAsync();
        (await server.PostAsync($"/events/news?type={type}", "x")).MustBeError(400);
        Assert.That((await server.MetricsAsync())["rawsse_events_total"], Is.Zero);
    }

    [TestCase("rawsse", "rawsse")]
    [TestCase("Rawsse.x", "Rawsse.x")]
    [TestCase("a+b", "a b")]
    [TestCase("a%2Bb", "a+b")]
    [TestCase("a%3Ab%26c", "a:b&c")]
    public async Task A_type_is_decoded_as_a_query_is(string type, string expected)
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        (await server.PostAsync($"/events/news?type={type}", "x")).PublishedId();
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Events[0].Type, Is.EqualTo(expected));
    }

    [TestCase("http://evil.example", 403)]
    [TestCase("null", 403)]
    [TestCase("http://127.0.0.1.evil.example", 403)]
    [TestCase("http://127.0.0.1:1", 403)]
    [TestCase("http://{0}", 200)]
    public async Task A_post_from_a_page_of_another_origin_is_403(string origin, int status)
    {
        TestServer server = await StartAsync();
        string self = server.Endpoint.ToString();
        string head = $"POST /events/news HTTP/1.1\r\nHost: {self}\r\nOrigin: {string.Format(origin, self)}\r\nContent-Length: 1\r\n\r\nx";
        HttpReply reply = await server.AskAsync(System.Text.Encoding.ASCII.GetBytes(head));
        if (status == 200) reply.PublishedId();
        else reply.MustBeError(status);
        string ndjson = head.Replace("/events/news", "/events", StringComparison.Ordinal)
            .Replace("Content-Length", "Content-Type: application/x-ndjson\r\nContent-Length", StringComparison.Ordinal);
        Assert.That((await server.AskAsync(System.Text.Encoding.ASCII.GetBytes(ndjson))).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_host_that_an_attacker_chose_does_not_make_his_origin_ours()
    {
        // DNS rebinding: page and Host agree, but the name is not one of this server.
        TestServer server = await StartAsync();
        int port = server.Endpoint.Port;
        string head = $"POST /events/news HTTP/1.1\r\nHost: evil.example:{port}\r\nOrigin: http://other.example:{port}\r\nContent-Length: 1\r\n\r\nx";
        (await server.AskAsync(System.Text.Encoding.ASCII.GetBytes(head))).MustBeError(403);
    }

    [Test]
    public async Task Listeners_that_are_not_loopback_take_no_anonymous_publish()
    {
        TestServer server = await StartAsync(options => options.Listen.Add("0.0.0.0:0"));
        StreamClient stream = await StreamClient.OpenAsync(server.Reach(1), "/events/news");
        (await server.AskAsync(Request.Post("/events/news", "x"), server.Reach(1))).MustBeError(401, 403);
        HttpReply ndjson = await server.AskAsync(
            Request.Post("/events", "{\"channel\":\"news\",\"data\":\"x\"}", "Content-Type: application/x-ndjson"), server.Reach(1));
        Assert.That(ndjson.Status, Is.EqualTo(401).Or.EqualTo(403));
        await server.PublishAsync("news", "from loopback");
        await stream.WaitForDataAsync("from loopback");
        Assert.That(stream.Events, Has.Count.EqualTo(1));
        await stream.DisposeAsync();
    }

    [Test]
    public async Task Anonymous_publish_is_an_option()
    {
        TestServer server = await StartAsync(options =>
        {
            options.Listen[0] = "0.0.0.0:0";
            options.AnonymousPublish = true;
        });
        (await server.AskAsync(Request.Post("/events/news", "x"), server.Reach(0))).PublishedId();
    }

    [Test]
    public async Task Embedded_publish_is_refused_with_the_same_status_as_over_http()
    {
        TestServer server = await StartAsync(options => options.MaxEventBytes = 1024);
        (string Channel, string Data, string? Type, int Status)[] refused =
        [
            ("", "x", null, 400),
            ("a{b", "x", null, 400),
            ("news", "x", "a\nb", 400),
            ("news", "x", "rawsse.gap", 400),
            ("news", new string('x', 2000), null, 413),
        ];
        foreach ((string channel, string data, string? type, int status) in refused)
        {
            RawSsePublishException e = await RefusedAsync(server, channel, data, type);
            Assert.That(e.Status, Is.EqualTo(status), $"{channel} {type}");
            Assert.That(e.Error, Is.Not.Empty);
        }
        string first = await server.Server.PublishAsync("news", "x", idempotencyKey: "k");
        Assert.That(await server.Server.PublishAsync("news", "x", idempotencyKey: "k"), Is.EqualTo(first));
        Assert.That((await RefusedAsync(server, "news", "y", null, "k")).Status, Is.EqualTo(422));
    }

    private static async Task<RawSsePublishException> RefusedAsync(
        TestServer server, string channel, string data, string? type, string? key = null)
    {
        try
        {
            string id = await server.Server.PublishAsync(channel, data, type, key);
            throw new AssertionException($"published as {id}");
        }
        catch (RawSsePublishException e)
        {
            return e;
        }
    }
}
