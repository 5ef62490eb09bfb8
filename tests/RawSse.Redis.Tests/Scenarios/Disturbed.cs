using RawSse.Redis.Tests.Support;
using RawSse.Redis.Tests.Traffic;

namespace RawSse.Redis.Tests.Scenarios;

/// <summary>What the scenarios share: three nodes over a store, traffic, and something that is done to the servers meanwhile.</summary>
internal static class Disturbed
{
    /// <summary>Short where a scenario would only wait longer; the rest is as users have it.</summary>
    public static string[] Flags(string url, params string[] more) =>
        ["--redis", url, "--audit", "2s", "--retry", "1s", "--drain-delay", "1s", "--drain", "1s", .. more];

    /// <summary>Traffic over one Redis.</summary>
    public static async Task<TrafficRun> RunAsync(RedisServerProcess redis, Func<Fleet, Task> disturb)
    {
        await using Fleet fleet = await Fleet.StartAsync(Flags(redis.Url));
        var run = new TrafficRun { Fleet = fleet, Truth = channel => ReadAsync(redis, channel) };
        await run.RunAsync(() => disturb(fleet));
        return run;
    }

    /// <summary>A channel's entries.</summary>
    public static async Task<StoredEntry[]> ReadAsync(RedisServerProcess redis, string channel) =>
        StoredEntry.Read(await redis.AskAsync("XRANGE", $"sse:{channel}", "-", "+"));

    /// <summary>Does something again and again, a second apart.</summary>
    public static async Task EverySecondAsync(int times, Func<Task> act)
    {
        for (int i = 0; i < times; i++)
        {
            await act();
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }
}
