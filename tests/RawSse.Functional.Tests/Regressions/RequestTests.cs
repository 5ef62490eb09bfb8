using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests.Regressions;

/// <summary>Requests that were answered wrongly, or at the cost of others.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class RequestTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task A_bulk_whose_lines_take_many_turns_is_answered_line_by_line_in_order()
    {
        TestServer server = await StartAsync();
        const int Lines = 20_000;
        var body = new StringBuilder();
        for (int i = 0; i < Lines; i++)
            body.Append(i % 3 == 0 ? "x\n" : $"{{\"channel\":\"c{i % 7}\",\"data\":\"{i}\"}}\n");
        using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
        Task sent = client.SendAsync(Request.Post("/events", body.ToString(), "Content-Type: application/x-ndjson"));
        string[] answers = (await client.ReadReplyAsync()).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await sent;
        Assert.That(answers, Has.Length.EqualTo(Lines));
        for (int i = 0; i < Lines; i++)
            Assert.That(answers[i], Does.StartWith(i % 3 == 0 ? "{\"error\":\"bad_line\"" : "{\"id\":"), $"line {i}");
        Assert.That((await client.AskAsync(Request.Get("/healthz"))).Status, Is.EqualTo(200), "the connection is still in step");
    }

    [Test]
    public async Task A_bulk_that_is_half_closed_is_published_to_its_end()
    {
        TestServer server = await StartAsync();
        string body = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{{\"channel\":\"c{i % 7}\",\"data\":\"{i}\"}}\n"));
        using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
        await client.SendAsync(Request.Post("/events", body, "Content-Type: application/x-ndjson"));
        client.ShutdownSend();
        string[] answers = (await client.ReadReplyAsync()).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(answers, Has.Length.EqualTo(3000).And.All.StartsWith("{\"id\":"));
    }

    [Test]
    public async Task A_publish_is_never_refused_with_200()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = 1);
        await server.OpenAsync("/events/news");
        HttpReply reply = await server.PostAsync("/events/news", "x", "Accept: text/event-stream");
        Assert.That(reply.Status, Is.EqualTo(503));
    }

    [Test]
    public async Task A_refusal_of_HEAD_has_no_body()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = 1);
        await server.OpenAsync("/events/news");
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Of("HEAD", "/events/news", "Accept: text/event-stream"));
        Assert.That((await client.ReadHeadAsync()).Status, Is.EqualTo(200));
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_head_is_timed_also_after_somebody_elses_was_cut()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options => options.IdleTimeout = TimeSpan.FromMinutes(10), clock);
        RawClient client = await server.ConnectAsync();
        Assert.That((await client.AskAsync(Request.Get("/healthz"))).Status, Is.EqualTo(200));
        for (int i = 0; i < 9; i++)
        {
            using RawClient cut = await RawClient.ConnectAsync(server.Endpoint);
            await cut.SendAsync("GET /heal");
            await server.GetAsync("/readyz");
            cut.ShutdownSend();
            await cut.ReadToEndAsync();
        }
        await client.SendAsync("GET /heal");
        Task<HttpReply> reply = client.ReadReplyAsync();
        await clock.AdvanceUntilAsync(reply, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), "408");
        Assert.That((await reply).Status, Is.EqualTo(408));
    }

    [Test]
    public async Task A_lingering_close_keeps_its_reason_when_the_peer_resets()
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        Assert.That((await client.AskAsync(Request.Of("GET", "/ healthz"))).Status, Is.EqualTo(400));
        client.Reset();
        double reset = 0;
        await Patience.UntilAsync(async () =>
        {
            Metrics metrics = await server.MetricsAsync();
            reset = metrics["rawsse_closes_total", "\"reset\""];
            return reset + metrics["rawsse_closes_total", "\"bad_request\""] > 0;
        }, "the end of the lingering");
        Assert.That(reset, Is.Zero);
    }
}
