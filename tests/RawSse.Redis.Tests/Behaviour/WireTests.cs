using System.Text;
using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>Contract §4: what stands in Redis, and under which names.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class WireTests : RedisTest
{
    private const double FiveMinutesMs = 5 * 60 * 1_000;

    [Test]
    public async Task An_idempotency_key_stands_for_five_minutes_and_holds_for_all_nodes()
    {
        NodeProcess[] nodes = [await StartNodeAsync(), await StartNodeAsync()];
        string[] ids = new string[2];
        for (int i = 0; i < 2; i++)
        {
            using Publisher publisher = await Publisher.ConnectAsync(nodes[i].Endpoint);
            ids[i] = (await publisher.PostAsync("/events/news", "once", "Idempotency-Key: k-1")).PublishedId();
        }
        Assert.That(ids[1], Is.EqualTo(ids[0]));
        Assert.That((await Redis.AskAsync("XLEN", "sse:news")).Number, Is.EqualTo(1));
        Assert.That((await Redis.AskAsync("PTTL", "sse-idem:news:k-1")).Number, Is.InRange(FiveMinutesMs * 0.8, FiveMinutesMs));
        using Publisher other = await Publisher.ConnectAsync(nodes[1].Endpoint);
        (await other.PostAsync("/events/news", "other data", "Idempotency-Key: k-1")).MustBeError(422);
        Assert.That((await other.PostAsync("/events/sport", "other channel", "Idempotency-Key: k-1")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task With_hash_tags_the_channel_stands_in_braces_in_each_key()
    {
        NodeProcess node = await StartNodeAsync("--hash-tags", "on", "--audit", "1h");
        StreamClient stream = await OpenAsync(node, "/events/news");
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        string id = (await publisher.PostAsync("/events/news", "1", "Idempotency-Key: k")).PublishedId();
        Assert.That((await Redis.AskAsync("XRANGE", "sse:{news}", "-", "+"))[0][0].Text, Is.EqualTo(id));
        Assert.That((await Redis.AskAsync("EXISTS", "sse-idem:{news}:k")).Number, Is.EqualTo(1));
        await Redis.AskAsync("XADD", "sse:{news}", "*", "data", "2");
        Assert.That((await Redis.AskAsync("PUBLISH", "sse:channel:{news}", "{}")).Number, Is.EqualTo(1));
        await stream.WaitForEventsAsync(2);
        Assert.That(stream.Data, Is.EqualTo(new[] { "1", "2" }));
        Assert.That((await Redis.AskAsync("DBSIZE")).Number, Is.EqualTo(2));
    }

    [TestCase("user:42")]
    [TestCase("a/b")]
    [TestCase("é 漢 🎈")]
    [TestCase("*?[a]\\\"'%$")]
    [TestCase("channel:news")]
    public async Task A_channel_of_any_name_is_a_stream_of_that_name(string channel)
    {
        NodeProcess node = await StartNodeAsync("--audit", "1h");
        StreamClient stream = await OpenAsync(node, $"/events/{Uri.EscapeDataString(channel)}");
        string id = await PublishAsync(node, channel, "1");
        RespReply entries = await Redis.AskAsync("XRANGE", Encoding.UTF8.GetBytes($"sse:{channel}"), "-", "+");
        Assert.That(entries[0][0].Text, Is.EqualTo(id));
        await AddAsync(channel, "data", "2");
        Assert.That(await RingAsync(channel, "{}"), Is.EqualTo(1));
        await stream.WaitForEventsAsync(2);
        Assert.That(stream.Data, Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task History_is_kept_to_about_its_length_and_for_its_time()
    {
        NodeProcess node = await StartNodeAsync("--max-length", "100", "--ttl", "1h");
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        for (int i = 0; i < 500; i++) await publisher.PublishAsync("news", $"{i}");
        // MAXLEN ~ drops whole nodes of a hundred entries.
        Assert.That((await Redis.AskAsync("XLEN", "sse:news")).Number, Is.InRange(100, 200));
        Assert.That((await Redis.AskAsync("TTL", "sse:news")).Number, Is.InRange(3_000, 3_600));
    }

    [Test]
    public async Task An_expiry_that_the_script_set_begins_anew_when_others_add_and_one_that_was_not_set_stays_so()
    {
        NodeProcess node = await StartNodeAsync("--ttl", "1h");
        StreamClient ours = await OpenAsync(node, "/events/ours");
        StreamClient theirs = await OpenAsync(node, "/events/theirs");
        await PublishAsync(node, "ours", "1");
        await Redis.AskAsync("EXPIRE", "sse:ours", 60);
        await AddAsync("ours", "data", "2");
        await AddAsync("theirs", "data", "2");
        await ours.WaitForDataAsync("2");
        await theirs.WaitForDataAsync("2");
        await Patience.UntilAsync(async () => (await Redis.AskAsync("TTL", "sse:ours")).Number > 3_000, "the expiry to begin anew");
        Assert.That((await Redis.AskAsync("TTL", "sse:theirs")).Number, Is.EqualTo(-1));
    }
}
