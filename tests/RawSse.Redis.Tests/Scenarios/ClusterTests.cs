using RawSse.Redis.Tests.Support;
using RawSse.Redis.Tests.Traffic;

namespace RawSse.Redis.Tests.Scenarios;

/// <summary>Three nodes over a Redis Cluster of three masters.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ClusterTests
{
    [TestCase("classic")]
    [TestCase("sharded")]
    public async Task Slots_move_while_they_are_in_use(string pubsub)
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await using Fleet fleet = await Fleet.StartAsync(Disturbed.Flags(cluster.Url, "--pubsub", pubsub));
        var run = new TrafficRun { Fleet = fleet, Truth = channel => ReadAsync(cluster, channel) };
        await run.RunAsync(async () =>
        {
            foreach (string channel in TrafficRun.Channels.Take(4))
            {
                int slot = await cluster.SlotAsync(Key(channel));
                RedisServerProcess owner = await cluster.OwnerAsync(slot);
                await cluster.MoveAsync(slot, cluster.Masters.First(m => m != owner));
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        });
    }

    [TestCase("classic")]
    [TestCase("sharded")]
    public async Task A_master_dies_and_its_replica_takes_over(string pubsub)
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync(withReplicas: true);
        await using Fleet fleet = await Fleet.StartAsync(Disturbed.Flags(cluster.Url, "--pubsub", pubsub, "--publish-replicas", "1"));
        var run = new TrafficRun { Fleet = fleet, Truth = channel => ReadAsync(cluster, channel), Rule = GapRule.StoreLoses };
        await run.RunAsync(async () =>
        {
            await cluster.Masters[0].KillAsync();
            await cluster.PromotedAsync(0);
            // It comes back as a replica: without one no publish would be confirmed.
            await cluster.Masters[0].RestartAsync();
            await cluster.Masters[0].InSyncAsync();
        });
        Assert.That(run.Repeats, Is.Positive);
    }

    private static string Key(string channel) => $"sse:{{{channel}}}";

    private static async Task<StoredEntry[]> ReadAsync(RedisCluster cluster, string channel) =>
        StoredEntry.Read(await cluster.AskAsync(Key(channel), "XRANGE", Key(channel), "-", "+"));
}
