using System.Globalization;
using System.Net;
using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §2, "Refusals": EventSource survives them, everything else gets a status and Retry-After.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneShard))]
public sealed class RefusalTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task A_full_server_refuses_event_sources_with_a_stream_that_ends()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = 2);
        StreamClient one = await server.OpenAsync("/events/news");
        await server.OpenAsync("/events/news");
        await AssertStreamRefusedAsync(server, "text/event-stream");
        await AssertStreamRefusedAsync(server, "text/html, text/event-stream;q=0.9");
        await one.ResetAsync();
        await Patience.UntilAsync(async () => await IsServedAsync(server), "a place for one more");
    }

    [Test]
    public async Task A_full_server_refuses_everything_else_with_503_and_retry_after()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = 2);
        StreamClient stream = await server.OpenAsync("/events/news");
        await server.OpenAsync("/events/news");
        foreach (byte[] request in new[]
        {
            Request.Get("/events/news"),
            Request.Get("/events/news", "Accept: */*"),
            Request.Post("/events/news", "hello"),
            Request.Get("/readyz"),
        })
        {
            AssertRetryAfter((await server.AskAsync(request)).MustBeError(503));
        }
        await server.Server.PublishAsync("news", "still served");
        await stream.WaitForDataAsync("still served");
    }

    [Test]
    public async Task Too_many_connections_from_an_address_are_429_and_other_addresses_are_served()
    {
        TestServer server = await StartAsync(options => options.MaxConnectionsPerIp = 2);
        StreamClient one = await server.OpenAsync("/events/news");
        await server.OpenAsync("/events/news");
        AssertRetryAfter((await server.GetAsync("/events/news")).MustBeError(429));
        await AssertStreamRefusedAsync(server, "text/event-stream");
        using RawClient other = await server.ConnectAsync(IPAddress.Parse("127.0.0.2"));
        await other.SendAsync(Request.Stream("/events/news"));
        await other.ReadThroughAsync("id: 0-0\n\n");
        await one.ResetAsync();
        await Patience.UntilAsync(async () => await IsServedAsync(server), "a place for one more of this address");
    }

    [Test]
    public async Task Refusals_are_counted_by_reason()
    {
        TestServer server = await StartAsync(options => options.MaxConnectionsPerIp = 1);
        await server.OpenAsync("/events/news");
        for (int i = 0; i < 3; i++) await server.GetAsync("/events/news");
        HttpReply reply;
        using (RawClient other = await server.ConnectAsync(IPAddress.Parse("127.0.0.2")))
        {
            reply = await other.AskAsync(Request.Get("/metrics"));
        }
        Metrics metrics = Metrics.Parse(reply.Text);
        Assert.That(metrics["rawsse_refusals_total"], Is.EqualTo(3));
        Assert.That(metrics.Samples.Where(s => s.Name == "rawsse_refusals_total" && s.Value > 0).Single().Labels, Does.Contain("reason="));
    }

    [Test]
    public async Task A_refused_event_source_comes_back_and_misses_nothing()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = 2);
        StreamClient first = await server.OpenAsync("/events/news");
        string position = first.LastEventId!;
        StreamClient other = await server.OpenAsync("/events/news");
        await first.ResetAsync();
        StreamClient thief = await OpenWhenThereIsRoomAsync(server, null);
        string id = await server.Server.PublishAsync("news", "missed");
        string body = await AssertStreamRefusedAsync(server, "text/event-stream", position);
        Assert.That(body, Does.Not.Contain("id:"), "a refusal must not move the client's position");
        await thief.ResetAsync();
        StreamClient again = await OpenWhenThereIsRoomAsync(server, position);
        await again.WaitForEventsAsync(1);
        Assert.That(again.Events[0].Id, Is.EqualTo(id));
        await other.WaitForEventsAsync(1);
    }

    [Test]
    public async Task A_refusal_arrives_although_the_client_is_still_sending()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = 1);
        await server.OpenAsync("/events/news");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Of("POST", "/events/news", "Content-Length: 200000"));
        using var stop = new CancellationTokenSource();
        Task sending = client.SendWhileTakenAsync(new byte[200_000], stop.Token);
        (await client.ReadReplyAsync()).MustBeError(503);
        await stop.CancelAsync();
        await sending;
    }

    [Test]
    public async Task Every_refusal_arrives_whole_also_when_places_come_and_go()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = 2);
        StreamClient held = await server.OpenAsync("/events/news");
        for (int turn = 0; turn < 200; turn++)
        {
            // Three ask for the one place that is left, so that some are served and some refused; all are answered in full.
            RawClient[] clients = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RawClient.ConnectAsync(server.Endpoint)))];
            await Task.WhenAll(clients.Select(c => c.SendAsync(Request.Stream("/events/news"))));
            foreach (RawClient client in clients)
            {
                Assert.That((await client.ReadHeadAsync()).Status, Is.EqualTo(200), $"turn {turn}");
                await client.ReadThroughAsync("retry: ");
            }
            foreach (RawClient client in clients) client.Dispose();
        }
        HttpReply? metrics = null;
        await Patience.UntilAsync(async () => (metrics = await server.GetAsync("/metrics")).Status == 200, "a place for one more");
        Assert.That(Metrics.Parse(metrics!.Text)["rawsse_refusals_total"], Is.GreaterThan(0), "some were refused");
        await server.Server.PublishAsync("news", "end");
        await held.WaitForDataAsync("end");
    }

    [Test]
    public async Task Retries_of_refusals_are_jittered_within_half_of_the_option()
    {
        TestServer server = await StartAsync(options =>
        {
            options.MaxConnections = 1;
            options.Retry = TimeSpan.FromSeconds(10);
        });
        await server.OpenAsync("/events/news");
        var retries = new List<int>();
        for (int i = 0; i < 30; i++)
        {
            string body = await AssertStreamRefusedAsync(server, "text/event-stream");
            retries.Add(int.Parse(body.Split("retry: ")[1].Split('\n')[0], CultureInfo.InvariantCulture));
        }
        Assert.That(retries, Is.All.InRange(5_000, 15_000));
        Assert.That(retries.Distinct().Count(), Is.GreaterThan(5));
    }

    private static async Task<string> AssertStreamRefusedAsync(TestServer server, string accept, string? lastEventId = null)
    {
        using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
        string[] headers = lastEventId is null ? [$"Accept: {accept}"] : [$"Accept: {accept}", $"Last-Event-ID: {lastEventId}"];
        await client.SendAsync(Request.Get("/events/news", headers));
        HttpReply head = await client.ReadHeadAsync();
        Assert.That(head.Status, Is.EqualTo(200));
        Assert.That(head.Header("Content-Type"), Is.EqualTo("text/event-stream"));
        string body = Encoding.UTF8.GetString(await client.ReadToEndAsync());
        Assert.That(body, Does.Match(@"^: *[^\n ][^\n]*\n(\n)?retry: [0-9]+\n\n?$"), "a comment with the reason, a retry, a close");
        return body;
    }

    private static async Task<StreamClient> OpenWhenThereIsRoomAsync(TestServer server, string? lastEventId)
    {
        await Patience.UntilAsync(() => IsServedAsync(server), "a place for one more");
        StreamClient? opened = null;
        await Patience.UntilAsync(async () =>
        {
            StreamClient stream = await server.OpenSlowAsync("/events/news", lastEventId);
            while (stream.LastEventId is null && await stream.ReadSomeAsync(4096))
            {
            }
            if (stream.LastEventId is null)
            {
                await stream.DisposeAsync();
                return false;
            }
            stream.ReadOn();
            opened = stream;
            return true;
        }, "a stream that is not refused");
        return opened!;
    }

    private static async Task<bool> IsServedAsync(TestServer server)
    {
        HttpReply reply = await server.GetAsync("/healthz");
        return reply.Status == 200;
    }

    private static void AssertRetryAfter(HttpReply reply) =>
        Assert.That(int.Parse(reply.Header("Retry-After")!, CultureInfo.InvariantCulture), Is.InRange(1, 60));
}
