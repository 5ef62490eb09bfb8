using System.Security.Cryptography;
using System.Text.Json;
using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Samples;

/// <summary>What the sample publishers leave in Redis: the stream, its expiry and the doorbell of the contract (§4).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PublisherTests
{
    // Quotes, a backslash, several lines, more than ASCII, and what a shell would rather expand.
    private const string Nasty = "{\"a\":\"b\\\\c\"}\nline 2\n\n$HOME `id` * 'ü' 日本 \u2028";

    [Test]
    public async Task A_publisher_adds_the_event_sets_the_expiry_and_rings(
        [ValueSource(typeof(SamplePublisher), nameof(SamplePublisher.All))] SamplePublisher publisher, [Values] bool isPlain,
        [Values(0, 3)] int database)
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using RespClient client = await redis.ConnectAsync();
        await client.AskAsync("SELECT", database);
        using RespClient subscriber = await redis.ConnectAsync();
        string bell = database == 0 ? "sse:channel:a:b" : $"sse:channel:{database}:a:b";
        await subscriber.AskAsync("SUBSCRIBE", bell);

        string first = await publisher.PublishAsync($"{redis.Url}/{database}", isPlain, "a:b", "", Nasty);
        string second = await publisher.PublishAsync($"{redis.Url}/{database}", isPlain, "a:b", "price", "2");

        RespReply entries = await client.AskAsync("XRANGE", "sse:a:b", "-", "+");
        Assert.That(entries.Items!.Select(entry => entry[0].Text), Is.EqualTo(new[] { first, second }));
        Assert.That(Fields(entries[0]), Is.EqualTo(new[] { "type", "", "data", Nasty }));
        Assert.That(Fields(entries[1]), Is.EqualTo(new[] { "type", "price", "data", "2" }));
        Assert.That((await client.AskAsync("PTTL", "sse:a:b")).Number, Is.InRange(86_000_000, 86_400_000));
        Assert.That((await client.AskAsync("DBSIZE")).Number, Is.EqualTo(1));

        AssertRings(await subscriber.ReadAsync(), bell, first, "0-0", isPlain, "", Nasty);
        AssertRings(await subscriber.ReadAsync(), bell, second, first, isPlain, "price", "2");
    }

    [Test]
    public async Task A_publisher_runs_the_nodes_script_also_after_it_was_flushed(
        [ValueSource(typeof(SamplePublisher), nameof(SamplePublisher.All))] SamplePublisher publisher)
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await publisher.PublishAsync(redis.Url, isPlain: false, "news", "", "1");
        await redis.AskAsync("SCRIPT", "FLUSH");
        await publisher.PublishAsync(redis.Url, isPlain: false, "news", "", "2");
        Assert.That((await redis.AskAsync("XLEN", "sse:news")).Number, Is.EqualTo(2));
        // The same script as that of the nodes, byte for byte: Redis holds it once for all.
        byte[] script = await File.ReadAllBytesAsync(SamplePublisher.Script);
#pragma warning disable CA5350 // It is a name here.
        string hash = Convert.ToHexStringLower(SHA1.HashData(script));
#pragma warning restore CA5350
        Assert.That((await redis.AskAsync("SCRIPT", "EXISTS", hash))[0].Number, Is.EqualTo(1));
    }

    [Test]
    public async Task A_publisher_that_did_not_publish_says_so_and_prints_no_id(
        [ValueSource(typeof(SamplePublisher), nameof(SamplePublisher.All))] SamplePublisher publisher, [Values] bool isPlain)
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await redis.AskAsync("SET", "sse:news", "no stream");
        string[] plain = isPlain ? ["--plain"] : [];
        var (exitCode, output) = await publisher.RunAsync(["--redis", redis.Url, .. plain, "news", "", "1"]);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Has.Some.Contains("WRONGTYPE").And.None.Matches("^[0-9]+-[0-9]+$"));
    }

    [Test]
    public async Task A_publisher_that_is_given_too_little_says_what_it_takes(
        [ValueSource(typeof(SamplePublisher), nameof(SamplePublisher.All))] SamplePublisher publisher)
    {
        var (exitCode, output) = await publisher.RunAsync("--plain", "news");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(output, Has.Some.StartsWith("usage: "));
    }

    private static string[] Fields(RespReply entry) => [.. entry[1].Items!.Select(field => field.Text)];

    private static void AssertRings(RespReply message, string bell, string id, string previous, bool isPlain, string type, string data)
    {
        Assert.That((message[0].Text, message[1].Text), Is.EqualTo(("message", bell)));
        using var payload = JsonDocument.Parse(message[2].Bytes);
        Assert.That(payload.RootElement.GetProperty("id").GetString(), Is.EqualTo(id));
        // Without the id before it a message only says that there is something to read, and need not have the event.
        Assert.That(payload.RootElement.TryGetProperty("prev", out JsonElement prev), Is.Not.EqualTo(isPlain));
        if (!isPlain)
            Assert.That(prev.GetString(), Is.EqualTo(previous));
        if (payload.RootElement.TryGetProperty("data", out JsonElement sent))
            Assert.That((payload.RootElement.GetProperty("type").GetString(), sent.GetString()), Is.EqualTo((type, data)));
        else
            Assert.That(isPlain, Is.True);
    }
}
