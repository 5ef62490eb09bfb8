using RawSse.Redis.Tests.Support;
using RawSse.Redis.Tests.Traffic;

namespace RawSse.Redis.Tests.Scenarios;

/// <summary>Three nodes over a master and its replica, watched by three sentinels.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SentinelTests
{
    /// <summary>
    /// An event may be seen that the replica never got: it was not acknowledged. It becomes a gap, and all that was
    /// acknowledged survives.
    /// </summary>
    [Test]
    public async Task The_master_dies_and_all_that_a_replica_confirmed_survives()
    {
        await using RedisServerProcess master = await RedisServerProcess.StartAsync();
        await using RedisServerProcess replica = await master.StartReplicaAsync();
        await using SentinelSet sentinels = await SentinelSet.StartAsync(master, replicas: 1);
        await using Fleet fleet = await Fleet.StartAsync(Disturbed.Flags(sentinels.Url, "--publish-replicas", "1"));
        var run = new TrafficRun { Fleet = fleet, Truth = channel => Disturbed.ReadAsync(replica, channel), Rule = GapRule.StoreLoses };
        await run.RunAsync(async () =>
        {
            await master.KillAsync();
            await sentinels.FailedOverAsync(master);
            // A publish is confirmed again when there is a replica again.
            await master.RestartAsync("--replicaof", "127.0.0.1", $"{replica.Port}");
            await master.InSyncAsync();
        });
        Assert.That(run.Repeats, Is.Positive);
    }

    [Test]
    public async Task The_master_dies_and_what_the_replica_has_not_got_is_announced_as_lost()
    {
        await using RedisServerProcess master = await RedisServerProcess.StartAsync();
        await using RedisServerProcess replica = await master.StartReplicaAsync();
        await using SentinelSet sentinels = await SentinelSet.StartAsync(master, replicas: 1);
        await using Fleet fleet = await Fleet.StartAsync(Disturbed.Flags(sentinels.Url));
        var run = new TrafficRun
        {
            Fleet = fleet,
            Truth = channel => Disturbed.ReadAsync(replica, channel),
            Rule = GapRule.StoreLoses,
            LosesAcknowledged = true,
        };
        await run.RunAsync(async () =>
        {
            replica.Stop();
            // Or the kernel keeps for it what the master sends, and it has everything when it goes on.
            await master.AskAsync("CLIENT", "KILL", "TYPE", "replica");
            await Task.Delay(TimeSpan.FromSeconds(2));
            await master.KillAsync();
            replica.Continue();
            await sentinels.FailedOverAsync(master);
        });
        Assert.That(run.Oracle.Vanished, Is.Positive);
        Assert.That(run.Oracle.Gaps, Is.Positive);
    }
}
