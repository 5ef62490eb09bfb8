using System.Globalization;
using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores;

namespace RawSse.Redis.Tests.Stores;

/// <summary>With --publish-replicas a publish is confirmed only once enough replicas have it.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class StoreReplicaTests
{
    [Test]
    public async Task A_publish_is_stored_when_the_replica_has_it_and_unconfirmed_when_it_does_not()
    {
        await using RedisServerProcess master = await RedisServerProcess.StartAsync("--repl-diskless-sync-delay", "0");
        await using RedisServerProcess replica = await RedisServerProcess.StartAsync("--replicaof", $"127.0.0.1 {master.Port}");
        using var node = new TestNode(master.Url, configure: options => options with { PublishReplicas = 1 });
        node.UntilUp();
        node.Until(() => node.Await(master.AskAsync("WAIT", 1, 100)).Number == 1, "the replica");
        TestShard shard = node.Shard;
        shard.Open("news");
        object[] requests = [.. Enumerable.Range(0, 100).Select(i => shard.BeginAppend("news", $"{i}", key: i % 10 == 0 ? $"key{i}" : ""))];
        Assert.That(requests.Select(request => shard.Await<AppendResult>(request).Status), Is.All.EqualTo(AppendStatus.Stored));
        Assert.That(shard.Client.Appended, Is.EqualTo(requests));
        Assert.That(node.Await(replica.AskAsync("XLEN", "sse:news")).Number, Is.EqualTo(100));
        Assert.That(shard.Append("news", "0", key: "key0").Status, Is.EqualTo(AppendStatus.Repeated));
        Assert.That(shard.Append("news", "other", key: "key0").Status, Is.EqualTo(AppendStatus.KeyConflict));
        replica.Stop();
        shard.Client.Rung.Clear();
        object unconfirmed = shard.BeginAppend("news", "x");
        node.Until(() => shard.Client.Rung.Count == 2, "the event to be announced");
        Assert.That(shard.Client.Answers.ContainsKey(unconfirmed), Is.False, "not yet confirmed");
        Assert.That(shard.Await<AppendResult>(unconfirmed).Status, Is.EqualTo(AppendStatus.Unconfirmed));
        replica.Continue();
        node.Until(() => shard.Append("news", "y").Status == AppendStatus.Stored, "publishes to be confirmed again");
    }

    /// <summary>A WAIT holds up its connection, so one for each turn would make each publish wait for all the turns before it.</summary>
    [Test]
    public async Task One_wait_is_about_all_publishes_of_many_turns()
    {
        const int Turns = 40;
        await using RedisServerProcess master = await RedisServerProcess.StartAsync("--repl-diskless-sync-delay", "0");
        await using RedisServerProcess replica = await RedisServerProcess.StartAsync("--replicaof", $"127.0.0.1 {master.Port}");
        using var node = new TestNode(master.Url, configure: options => options with { PublishReplicas = 1 });
        node.UntilUp();
        node.Until(() => node.Await(master.AskAsync("WAIT", 1, 100)).Number == 1, "the replica");
        node.Await(master.AskAsync("CONFIG", "RESETSTAT"));
        replica.Stop();
        var requests = new List<object>();
        for (int turn = 0; turn < Turns; turn++)
        {
            requests.Add(node.Shard.BeginAppend("news", $"{turn}"));
            node.Step();
        }
        Assert.That(node.Shard.Client.Answers, Is.Empty, "all are under way");
        replica.Continue();
        Assert.That(requests.Select(request => node.Shard.Await<AppendResult>(request).Status), Is.All.EqualTo(AppendStatus.Stored));
        string waits = node.Await(master.InfoAsync("commandstats"))["cmdstat_wait"];
        // One with the first, one for those that were answered behind it; those that come in pieces may need another.
        Assert.That(int.Parse(waits.Split('=', ',')[1], CultureInfo.InvariantCulture), Is.InRange(1, 4), waits);
    }

    [Test]
    public async Task What_waits_for_replicas_when_the_master_dies_is_unconfirmed()
    {
        await using RedisServerProcess master = await RedisServerProcess.StartAsync();
        using var node = new TestNode(master.Url, configure: options => options with { PublishReplicas = 1 });
        node.UntilUp();
        TestShard shard = node.Shard;
        shard.Open("news");
        object request = shard.BeginAppend("news", "x");
        node.Until(() => shard.Client.Rung.Count == 2, "the event to be announced");
        node.Await(master.KillAsync());
        Assert.That(shard.Await<AppendResult>(request).Status, Is.EqualTo(AppendStatus.Unconfirmed));
        node.Await(master.RestartAsync());
        node.UntilUp();
        Assert.That(shard.Append("news", "y").Status, Is.EqualTo(AppendStatus.Unconfirmed), "there is no replica");
    }
}
