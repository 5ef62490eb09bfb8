using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests;

/// <summary>The sentinels and clusters that the tests start do what the tests take for granted.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TopologyTests
{
    [Test]
    public async Task Sentinels_put_the_replica_in_the_place_of_a_dead_master()
    {
        await using RedisServerProcess master = await RedisServerProcess.StartAsync();
        await using RedisServerProcess replica = await master.StartReplicaAsync();
        await using SentinelSet sentinels = await SentinelSet.StartAsync(master, replicas: 1);
        Assert.That(await sentinels.MasterAsync(), Is.EqualTo(master.Endpoint));
        await master.AskAsync("SET", "a", "1");
        await replica.AskAsync("PING");
        await Patience.UntilAsync(async () => (await replica.AskAsync("GET", "a")).Text == "1", "the replica to copy");
        await master.KillAsync();
        await sentinels.FailedOverAsync(master);
        Assert.That(await sentinels.MasterAsync(), Is.EqualTo(replica.Endpoint));
        await replica.AskAsync("SET", "a", "2");
    }

    [Test]
    public async Task A_slot_of_a_cluster_moves_with_its_keys()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await cluster.AskAsync("sse:{news}", "XADD", "sse:{news}", "1-1", "data", "1");
        int slot = await cluster.SlotAsync("sse:{news}");
        RedisServerProcess from = await cluster.OwnerAsync(slot);
        RedisServerProcess to = cluster.Masters.First(m => m != from);
        await cluster.MoveAsync(slot, to);
        Assert.That(await cluster.OwnerAsync(slot), Is.SameAs(to));
        RespReply entries = await to.AskAsync("XRANGE", "sse:{news}", "-", "+");
        Assert.That(entries[0][0].Text, Is.EqualTo("1-1"));
        using RespClient old = await from.ConnectAsync();
        Assert.That((await old.TryAsync("XLEN", "sse:{news}")).Text, Is.EqualTo($"MOVED {slot} 127.0.0.1:{to.Port}"));
    }

    [Test]
    public async Task A_replica_of_a_cluster_takes_the_place_of_its_dead_master()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync(withReplicas: true);
        int slot = await cluster.SlotAsync("sse:{news}");
        RedisServerProcess from = await cluster.OwnerAsync(slot);
        int number = cluster.Masters.ToList().IndexOf(from);
        await cluster.AskAsync("sse:{news}", "XADD", "sse:{news}", "1-1", "data", "1");
        await from.AskAsync("WAIT", 1, 1_000);
        await from.KillAsync();
        await cluster.PromotedAsync(number);
        Assert.That((await cluster.AskAsync("sse:{news}", "XLEN", "sse:{news}")).Number, Is.EqualTo(1));
    }
}
