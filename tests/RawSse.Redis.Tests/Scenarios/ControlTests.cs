using RawSse.Redis.Tests.Support;
using RawSse.Redis.Tests.Traffic;

namespace RawSse.Redis.Tests.Scenarios;

/// <summary>The judgement over real servers has been seen to fail: a promise is broken on purpose.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ControlTests
{
    /// <summary>
    /// A doorbell may be believed when it names the entry before it. One that lies makes each node miss an entry, and no repair
    /// can know.
    /// </summary>
    private const string Lie = """
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1][1]
        redis.call('XADD', KEYS[1], '*', 'data', ARGV[1] .. ' missed')
        local id = redis.call('XADD', KEYS[1], '*', 'data', ARGV[1] .. ' told')
        redis.call('PUBLISH', KEYS[2], cjson.encode({id = id, prev = last, type = '', data = ARGV[1] .. ' told'}))
        """;

    [Test]
    public async Task An_entry_that_a_lying_doorbell_hides_from_the_nodes_is_found_missing()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await using Fleet fleet = await Fleet.StartAsync(Disturbed.Flags(redis.Url));
        var run = new TrafficRun { Fleet = fleet, Truth = channel => Disturbed.ReadAsync(redis, channel), AtLeast = TimeSpan.Zero };
        IReadOnlyList<string> faults = await run.ObserveAsync(() => redis.AskAsync("EVAL", Lie, 2, "sse:c3", "sse:channel:c3", "c3"));
        Assert.That(faults, Has.Some.Contains("1 entries from «c3 missed»").And.Some.Contains("were lost before «c3 told»"));
    }
}
