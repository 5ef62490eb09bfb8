using RawSse.Redis.Tests.Support;
using RawSse.Redis.Tests.Traffic;

namespace RawSse.Redis.Tests.Scenarios;

/// <summary>One Redis and three nodes: whatever happens to them, every acknowledged event reaches every client once, in order.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StandaloneTests
{
    private static readonly string[] Durable = ["--appendonly", "yes", "--appendfsync", "always"];

    [Test]
    public async Task Nothing_happens()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        TrafficRun run = await Disturbed.RunAsync(redis, _ => Task.CompletedTask);
    }

    [Test]
    public async Task Redis_is_killed_and_comes_back_with_its_append_only_file()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync(Durable);
        TrafficRun run = await Disturbed.RunAsync(redis, async _ =>
        {
            await redis.KillAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
            await redis.RestartAsync();
        });
        Assert.That(run.Repeats, Is.Positive);
    }

    [Test]
    public async Task Redis_hangs_for_8_seconds()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        TrafficRun run = await Disturbed.RunAsync(redis, async _ =>
        {
            redis.Stop();
            await Task.Delay(TimeSpan.FromSeconds(8));
            redis.Continue();
        });
        Assert.That(run.Repeats, Is.Positive);
    }

    [Test]
    public async Task Subscriptions_are_cut_every_second()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        long cut = 0;
        await Disturbed.RunAsync(redis, _ => Disturbed.EverySecondAsync(8, async () =>
            cut += (await redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub")).Number));
        Assert.That(cut, Is.Positive);
    }

    [Test]
    public async Task All_connections_are_cut_every_second()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await Disturbed.RunAsync(redis, _ => Disturbed.EverySecondAsync(8, async () =>
        {
            await redis.AskAsync("CLIENT", "KILL", "TYPE", "normal");
            await redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub");
        }));
    }

    [Test]
    public async Task Scripts_are_forgotten_every_second()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        TrafficRun run = await Disturbed.RunAsync(redis, _ => Disturbed.EverySecondAsync(8, () => redis.AskAsync("SCRIPT", "FLUSH")));
        Assert.That(run.Repeats, Is.Zero, "a publisher notices nothing");
    }

    [Test]
    public async Task Redis_cuts_subscribers_whose_output_buffer_overflows()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await redis.AskAsync("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32kb 0 0");
        int burst = 0;
        await Disturbed.RunAsync(redis, _ => Disturbed.EverySecondAsync(5, async () =>
        {
            string channel = TrafficRun.Channels[burst++ % TrafficRun.Channels.Length];
            await redis.AskAsync("EVAL", Burst, 2, $"sse:{channel}", $"sse:channel:{channel}", $"{channel} burst{burst}-");
        }));
        Assert.That(redis.Log, Does.Contain("output buffer limits"));
    }

    [Test]
    public async Task A_node_is_killed_and_comes_back()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await Disturbed.RunAsync(redis, async fleet =>
        {
            await fleet.Nodes[1].KillAsync();
            await Task.Delay(TimeSpan.FromSeconds(2));
            await fleet.Nodes[1].RestartAsync();
        });
    }

    [Test]
    public async Task All_nodes_are_restarted_one_after_the_other()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await Disturbed.RunAsync(redis, async fleet =>
        {
            foreach (NodeProcess node in fleet.Nodes)
            {
                await node.ShutDownAsync();
                await node.RestartAsync();
                // Until the proxy sends it connections again.
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        });
    }

    /// <summary>What is published at once by one script waits in Redis' buffers all together: five times 20 kB.</summary>
    private const string Burst = """
        for i = 1, 5 do
          local data = ARGV[1] .. i .. ' ' .. string.rep('x', 20000)
          local id = redis.call('XADD', KEYS[1], '*', 'data', data)
          redis.call('PUBLISH', KEYS[2], cjson.encode({id = id, type = '', data = data}))
        end
        """;
}
