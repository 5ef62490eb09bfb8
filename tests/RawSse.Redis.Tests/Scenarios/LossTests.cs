using RawSse.Redis.Tests.Support;
using RawSse.Redis.Tests.Traffic;

namespace RawSse.Redis.Tests.Scenarios;

/// <summary>Redis loses what it had acknowledged: each subscriber that saw what is gone is told so.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LossTests
{
    [Test]
    public async Task Redis_comes_back_with_an_older_snapshot()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await using Fleet fleet = await Fleet.StartAsync(Disturbed.Flags(redis.Url));
        var run = new TrafficRun
        {
            Fleet = fleet,
            Truth = channel => Disturbed.ReadAsync(redis, channel),
            Rule = GapRule.StoreLoses,
            LosesAcknowledged = true,
        };
        await run.RunAsync(async () =>
        {
            await redis.AskAsync("SAVE");
            await Task.Delay(TimeSpan.FromSeconds(2));
            await redis.KillAsync();
            await redis.RestartAsync();
        });
        Assert.That(run.Oracle.Vanished, Is.Positive);
        Assert.That(run.Oracle.Gaps, Is.Positive);
    }

    [Test]
    public async Task Redis_comes_back_empty()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await using Fleet fleet = await Fleet.StartAsync(Disturbed.Flags(redis.Url));
        var run = new TrafficRun
        {
            Fleet = fleet,
            Truth = channel => Disturbed.ReadAsync(redis, channel),
            Rule = GapRule.StoreLoses,
            LosesAcknowledged = true,
        };
        await run.RunAsync(async () =>
        {
            await redis.KillAsync();
            await redis.RestartAsync();
        });
        Assert.That(run.Oracle.Vanished, Is.Positive);
        Assert.That(run.Oracle.Gaps, Is.Positive);
    }
}
