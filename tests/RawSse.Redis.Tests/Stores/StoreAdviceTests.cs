using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Stores;

/// <summary>At the start a node says once what is dangerous about how Redis is set up.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class StoreAdviceTests
{
    [Test]
    public async Task Dangerous_settings_are_warned_about_once()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync(
            "--maxmemory-policy", "allkeys-lru", "--client-output-buffer-limit", "pubsub 1mb 512kb 60");
        using var node = new TestNode(redis.Url, shards: 2);
        node.UntilUp();
        node.Until(() => node.Log.Count(line => line.Contains("allkeys-lru") || line.Contains("pubsub is 1048576 524288 60")) == 2, "both warnings");
        node.Await(redis.AskAsync("CLIENT", "KILL", "TYPE", "normal"));
        node.Until(() => node.Log.Any(line => line.Contains("lost")), "the loss");
        node.UntilUp();
        node.Shard.Add("news");
        Assert.That(node.Log.Count(line => line.Contains("allkeys-lru")), Is.EqualTo(1));
    }

    [Test]
    public async Task Settings_that_may_not_be_read_are_a_note()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        await redis.AskAsync("ACL", "SETUSER", "default", "-config");
        using var node = new TestNode(redis.Url);
        node.UntilUp();
        node.Until(() => node.Log.Count(line => line.Contains("was not checked")) == 2, "both notes");
    }

    [TestCase("normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60", false)]
    [TestCase("normal 0 0 0 slave 268435456 67108864 60 pubsub 0 0 0", false)]
    [TestCase("normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 1048576 60", true)]
    [TestCase("normal 0 0 0 slave 268435456 67108864 60 pubsub 8388608 8388608 60", true)]
    [TestCase("nonsense", false)]
    public void A_small_output_buffer_is_told_from_one_that_will_do(string value, bool isProblem) =>
        Assert.That(RedisInspection.BufferProblem(value), isProblem ? Is.Not.Null : Is.Null);
}
