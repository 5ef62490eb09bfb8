using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>How many subscriptions a node holds: one a channel that has subscribers, or one for all that a pattern matches.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PatternTests : RedisTest
{
    private const int Users = 200;

    [Test]
    public async Task A_pattern_is_one_subscription_for_all_its_channels_and_each_gets_its_own()
    {
        NodeProcess[] nodes = [await StartNodeAsync("--subscribe", "pattern:user:*"), await StartNodeAsync("--subscribe", "pattern:user:*")];
        StreamClient[] streams = new StreamClient[Users];
        for (int i = 0; i < Users; i++) streams[i] = await OpenAsync(nodes[i % 2], $"/events/user:{i}");
        Assert.That((await Redis.AskAsync("PUBSUB", "NUMPAT")).Number, Is.EqualTo(1), "Redis counts patterns, not who subscribed");
        RespReply channels = await Redis.AskAsync(["PUBSUB", "NUMSUB", .. Enumerable.Range(0, Users).Select(i => (object)$"sse:channel:user:{i}")]);
        Assert.That(channels.Items!.Where((_, i) => i % 2 == 1).Sum(count => count.Number), Is.Zero);

        for (int i = 0; i < Users; i++) await PublishAsync(nodes[i / 2 % 2], $"user:{i}", $"to {i}");
        for (int i = 0; i < Users; i++) await AddAsync($"user:{i}", "data", $"by hand {i}");
        for (int i = 0; i < Users; i++) await RingAsync($"user:{i}", "{}");
        for (int i = 0; i < Users; i++)
        {
            await streams[i].WaitForEventsAsync(2);
            Assert.That(streams[i].Data, Is.EqualTo(new[] { $"to {i}", $"by hand {i}" }));
        }
    }

    [Test]
    public async Task A_pattern_brings_doorbells_at_once()
    {
        NodeProcess node = await StartNodeAsync("--audit", "1h", "--subscribe", "pattern:user:*");
        StreamClient stream = await OpenAsync(node, "/events/user:42");
        await AddAsync("user:42", "data", "1");
        await RingAsync("user:42", "{}");
        await stream.WaitForDataAsync("1");
    }

    [Test]
    public async Task Glob_characters_of_the_prefix_are_no_globs()
    {
        NodeProcess node = await StartNodeAsync("--audit", "1h", "--channel-prefix", "a[b]*?:", "--subscribe", "pattern:user:*");
        StreamClient stream = await OpenAsync(node, "/events/user:42");
        Assert.That((await Redis.AskAsync("PUBLISH", "abX?:channel:user:42", "{}")).Number, Is.Zero);
        string id = (await Redis.AskAsync("XADD", "a[b]*?:user:42", "*", "data", "1")).Text;
        Assert.That((await Redis.AskAsync("PUBLISH", "a[b]*?:channel:user:42", "{}")).Number, Is.EqualTo(1));
        await stream.WaitForDataAsync("1");
        Assert.That(stream.LastEventId, Is.EqualTo(id));
    }

    [Test]
    public async Task Many_clients_of_a_channel_are_one_subscription_and_it_ends_after_the_last_of_them()
    {
        NodeProcess node = await StartNodeAsync("--linger", "0s");
        StreamClient[] streams = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(node, "/events/news")))];
        Assert.That(await SubscribersAsync(), Is.EqualTo(1));
        foreach (StreamClient stream in streams) await stream.ResetAsync();
        await Patience.UntilAsync(async () => await SubscribersAsync() == 0, "the subscription to end");

        async Task<long> SubscribersAsync() => (await Redis.AskAsync("PUBSUB", "NUMSUB", "sse:channel:news"))[1].Number;
    }

    [Test]
    public async Task Databases_and_prefixes_do_not_mix()
    {
        NodeProcess first = await StartNodeAsync("--audit", "1h");
        NodeProcess third = await StartNodeAsync("--audit", "1h", "--redis", $"{Redis.Url}/3");
        NodeProcess other = await StartNodeAsync("--audit", "1h", "--channel-prefix", "other:");
        NodeProcess[] nodes = [first, third, other];
        StreamClient[] streams = [await OpenAsync(first, "/events/news"), await OpenAsync(third, "/events/news"), await OpenAsync(other, "/events/news")];
        string[] channels = ["sse:channel:news", "sse:channel:3:news", "other:channel:news"];
        for (int i = 0; i < nodes.Length; i++)
        {
            Assert.That((await Redis.AskAsync("PUBSUB", "NUMSUB", channels[i]))[1].Number, Is.EqualTo(1), channels[i]);
            await PublishAsync(nodes[i], "news", $"{i}");
        }
        for (int i = 0; i < nodes.Length; i++)
        {
            await streams[i].WaitForDataAsync($"{i}");
            Assert.That(streams[i].Events, Has.Count.EqualTo(1));
        }
    }
}
