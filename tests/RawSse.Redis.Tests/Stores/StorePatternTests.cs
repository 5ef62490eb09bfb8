using System.Text;
using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Redis;
using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>One PSUBSCRIBE of a node serves the channels of all its shards.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class StorePatternTests
{
    private const int Shards = 3;

    [Test]
    public async Task Channels_that_match_are_served_by_the_pattern_and_others_by_themselves()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using TestNode node = Start(redis);
        OpenAll(node);
        Assert.That(node.Await(redis.AskAsync("PUBSUB", "NUMPAT")).Number, Is.EqualTo(1));
        string[] subscribed = [.. node.Await(redis.AskAsync("PUBSUB", "CHANNELS")).Items!.Select(item => item.Text)];
        Assert.That(subscribed, Is.EquivalentTo(new[] { "sse:channel:news0", "sse:channel:news1", "sse:channel:news2" }));
        for (int i = 0; i < Shards; i++)
        {
            EventId id = HomeOf(node, $"user:{i}").Add($"user:{i}", "hello");
            StoreClient client = HomeOf(node, $"user:{i}").Client;
            var rung = new Rung($"user:{i}", id, EventId.Zero, "", "hello");
            node.Until(() => client.Rung.Count == 2, "its own doorbell and the message");
            Assert.That(client.Rung, Is.EqualTo(new[] { rung, rung }));
        }
    }

    [Test]
    public async Task Channels_that_nobody_has_open_are_dropped_and_large_messages_pass()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using TestNode node = Start(redis);
        OpenAll(node);
        using RespClient client = node.Await(redis.ConnectAsync());
        string large = new('x', 100_000);
        for (int i = 0; i < 500; i++) node.Await(client.AskAsync("PUBLISH", $"sse:channel:user:stranger{i}", "x"));
        for (int i = 0; i < Shards; i++) node.Await(client.AskAsync("PUBLISH", $"sse:channel:user:{i}", $$"""{"id":"5-0","prev":"0-0","type":"","data":"{{large}}"}"""));
        node.Until(() => node.Shards.All(shard => shard.Client.Rung.Count > 0), "the messages");
        Assert.That(node.Shards.Select(shard => shard.Client.Rung.Count), Is.All.EqualTo(1));
        Assert.That(node.Shards.Select(shard => shard.Client.Rung[0].Data), Is.All.EqualTo(large));
    }

    [Test]
    public async Task Every_channel_that_matches_is_resumed_when_the_pattern_is_live_again()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using TestNode node = Start(redis);
        OpenAll(node);
        foreach (TestShard shard in node.Shards) shard.Client.Resumed.Clear();
        node.Await(redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub"));
        node.Until(() => node.Shards.All(shard => shard.Client.Resumed.Select(r => r.Channel).Distinct().Count() == 2), "all to be resumed");
        node.UntilUp();
        for (int i = 0; i < Shards; i++)
        {
            node.Await(redis.AskAsync("PUBLISH", $"sse:channel:user:{i}", "x"));
            node.Until(() => HomeOf(node, $"user:{i}").Client.Rung.Count > 0, "a bell");
        }
    }

    [Test]
    public async Task A_shard_that_falls_behind_loses_messages_but_is_resumed()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using TestNode node = Start(redis);
        OpenAll(node);
        foreach (TestShard shard in node.Shards) shard.Client.Resumed.Clear();
        TestShard slow = HomeOf(node, "user:1");
        Assert.That(slow.Number, Is.Not.Zero, "the first shard has the pattern");
        using RespClient client = node.Await(redis.ConnectAsync());
        byte[] payload = Encoding.ASCII.GetBytes(new string('x', 100_000));
        slow.IsStuck = true;
        for (int i = 0; i < 200; i++) node.Await(client.AskAsync("PUBLISH", "sse:channel:user:1", payload));
        node.Until(() => node.Shards[0].Store.Metrics.Messages >= 200, "the messages");
        slow.IsStuck = false;
        node.Until(() => slow.Client.Resumed.Count > 0, "the channel to be resumed");
        Assert.That(slow.Client.Rung, Has.Count.InRange(1, 199));
        Assert.That(slow.Client.Resumed.Select(r => r.Channel), Is.All.EqualTo("user:1"));
    }

    [Test]
    public async Task In_a_cluster_the_pattern_is_subscribed_at_one_master_and_at_another_when_that_dies()
    {
        const int Channels = 30;
        await using RedisCluster cluster = await RedisCluster.StartAsync(withReplicas: true);
        using var node = new TestNode(cluster.Url, configure: options => options with { Patterns = [new GlobPattern("user:*"u8)] });
        for (int i = 0; i < Channels; i++) node.Shard.Open($"user:{i}");
        node.Until(() => cluster.Masters.Count(HasPattern) == 1, "one to have it");
        node.Await(cluster.Masters.First(HasPattern).KillAsync());
        node.Until(() => cluster.Masters.Count(HasPattern) == 1, "another to have it");
        node.Until(() => Enumerable.Range(0, Channels).All(i => node.Shard.Store.IsReachable(TestShard.Name($"user:{i}"))), "all to be back");
        for (int i = 0; i < Channels; i++)
        {
            string channel = $"user:{i}";
            node.Until(() => node.Shard.Append(channel, "x").Status == AppendStatus.Stored, "a publish to be taken");
            // After a failover the cluster's own links may lose a message or two; an audit would find them.
            node.Until(() =>
            {
                node.Shard.Add(channel);
                for (int turn = 0; turn < 10; turn++) node.Step();
                return node.Shard.Client.Rung.Where(rung => rung.Channel == channel).GroupBy(rung => rung.Id).Any(rungs => rungs.Count() == 2);
            }, $"an own doorbell and a message of {channel}");
        }

        bool HasPattern(RedisServerProcess master) => master.IsRunning && node.Await(master.AskAsync("PUBSUB", "NUMPAT")).Number == 1;
    }

    private static TestNode Start(RedisServerProcess redis)
    {
        var node = new TestNode(redis.Url, Shards, options => options with { Patterns = [new GlobPattern("user:*"u8)] });
        node.UntilUp();
        return node;
    }

    private static TestShard HomeOf(TestNode node, string channel) => node.Shards[TestNode.HomeOf(Encoding.UTF8.GetBytes(channel), Shards)];

    private static void OpenAll(TestNode node)
    {
        for (int i = 0; i < Shards; i++)
        {
            HomeOf(node, $"user:{i}").Open($"user:{i}");
            HomeOf(node, $"news{i}").Open($"news{i}");
        }
    }
}
