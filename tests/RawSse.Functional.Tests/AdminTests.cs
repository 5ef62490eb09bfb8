using System.Text.Json;
using RawSse.Functional.Tests.Support;
using RawSse.Server.Hosting;

namespace RawSse.Functional.Tests;

/// <summary>Contract §1 and §2: health, readiness, channels and the console, and which listener has them.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class AdminTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task Health_and_readiness_are_200_while_it_serves()
    {
        TestServer server = await StartAsync();
        Assert.That((await server.GetAsync("/healthz")).Status, Is.EqualTo(200));
        Assert.That((await server.GetAsync("/readyz")).Status, Is.EqualTo(200));
        Assert.That((await server.AskAsync(Request.Of("HEAD", "/healthz"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Admin_listener_has_metrics_and_channels_and_the_public_one_then_has_not()
    {
        TestServer server = await StartAsync(options => options.AdminListen = "127.0.0.1:0");
        foreach (string target in new[] { "/metrics", "/channels" })
        {
            Assert.That((await server.GetAsync(target, server.Server.AdminEndpoint)).Status, Is.EqualTo(200), target);
            (await server.GetAsync(target)).MustBeError(404);
        }
        await server.OpenAsync("/events/news");
    }

    [Test]
    public async Task Without_admin_listener_metrics_and_channels_are_on_loopback_listeners_only()
    {
        TestServer server = await StartAsync(options => options.Listen.Add("0.0.0.0:0"));
        Assert.That(server.Server.AdminEndpoint, Is.Null);
        foreach (string target in new[] { "/metrics", "/channels", "/channels/news" })
        {
            (await server.GetAsync(target, server.Reach(1))).MustBeError(404);
        }
        Assert.That((await server.GetAsync("/metrics")).Status, Is.EqualTo(200));
        Assert.That((await server.GetAsync("/healthz", server.Reach(1))).Status, Is.EqualTo(200));
    }

    [TestCase(ConsoleMode.Loopback, 200, 404)]
    [TestCase(ConsoleMode.On, 200, 200)]
    [TestCase(ConsoleMode.Off, 404, 404)]
    public async Task Console_page_is_where_the_option_says(ConsoleMode mode, int onLoopback, int onAny)
    {
        TestServer server = await StartAsync(options =>
        {
            options.Console = mode;
            options.Listen.Add("0.0.0.0:0");
        });
        foreach ((int listener, int status) in new[] { (0, onLoopback), (1, onAny) })
        {
            HttpReply reply = await server.GetAsync("/", server.Reach(listener));
            Assert.That(reply.Status, Is.EqualTo(status));
            if (status != 200) continue;
            Assert.That(reply.Header("Content-Type"), Does.StartWith("text/html"));
            Assert.That(reply.Text, Does.Contain("EventSource"));
        }
    }

    [Test]
    public async Task Listeners_on_ipv6_loopback_count_as_loopback()
    {
        TestServer server = await StartAsync(options => options.Listen[0] = "[::1]:0");
        Assert.That((await server.GetAsync("/metrics")).Status, Is.EqualTo(200));
        await server.PublishAsync("news", "x");
        StreamClient stream = await server.OpenAsync("/events/news", "0-0");
        await stream.WaitForEventsAsync(1);
    }

    [Test]
    public async Task Several_listeners_serve_the_same_channels()
    {
        TestServer server = await StartAsync(options => options.Listen.Add("127.0.0.1:0"));
        Assert.That(server.Server.Endpoints, Has.Count.EqualTo(2));
        await using StreamClient other = await StreamClient.OpenAsync(server.Reach(1), "/events/news");
        await server.PublishAsync("news", "x");
        await other.WaitForDataAsync("x");
    }

    [Test]
    public async Task A_channel_is_described_by_subscribers_ids_length_and_bytes()
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("a/b", Enumerable.Range(0, 17).Select(i => $"{i}"));
        for (int i = 0; i < 5; i++) await server.OpenAsync("/events/a%2Fb");
        await server.OpenAsync("/events?channel=a/b&channel=other");
        HttpReply reply = await server.GetAsync("/channels/a%2Fb");
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        Assert.That(reply.Header("Content-Type"), Does.StartWith("application/json"));
        JsonElement[] values = [.. reply.Json.EnumerateObject().Select(p => p.Value)];
        string[] texts = [.. values.Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)];
        long[] numbers = [.. values.Where(v => v.ValueKind == JsonValueKind.Number).Select(v => v.GetInt64())];
        Assert.That(texts, Does.Contain("a/b").And.Contain(ids[0]).And.Contain(ids[^1]), reply.Text);
        Assert.That(numbers, Does.Contain(6).And.Contain(17), "subscribers and length: " + reply.Text);
        Assert.That(numbers.Any(n => n > 17 * 30), Is.True, "bytes in memory: " + reply.Text);
    }

    [Test]
    public async Task Channels_are_paged_by_prefix_after_and_limit()
    {
        TestServer server = await StartAsync();
        string[] users = [.. Enumerable.Range(0, 25).Select(i => $"user:{i:00}")];
        foreach (string name in users.Concat(["aaa", "zzz", "é"])) await server.PublishAsync(name, "x");
        var seen = new List<string>();
        for (string after = ""; ;)
        {
            string[] page = Names((await server.GetAsync($"/channels?prefix=user:&limit=10&after={Uri.EscapeDataString(after)}")).Json);
            if (page.Length == 0) break;
            Assert.That(page, Has.Length.LessThanOrEqualTo(10));
            seen.AddRange(page);
            after = page[^1];
        }
        Assert.That(seen, Is.EqualTo(users), "each once, in the order that after= goes on in");
        Assert.That(Names((await server.GetAsync("/channels")).Json), Is.EquivalentTo(users.Concat(["aaa", "zzz", "é"])));
        Assert.That(Names((await server.GetAsync("/channels?prefix=nothing")).Json), Is.Empty);
        (await server.GetAsync("/channels?limit=x")).MustBeError(400);
        (await server.GetAsync("/channels?limit=-1")).MustBeError(400);
    }

    /// <summary>The names in a page: the array, bare or as a member, of objects that name their channel.</summary>
    private static string[] Names(JsonElement page)
    {
        JsonElement list = page.ValueKind == JsonValueKind.Array
            ? page : page.EnumerateObject().Single(p => p.Value.ValueKind == JsonValueKind.Array).Value;
        return [.. list.EnumerateArray().Select(c =>
            (c.TryGetProperty("channel", out JsonElement name) ? name : c.GetProperty("name")).GetString()!)];
    }
}
