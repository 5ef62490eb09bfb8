using System.Collections.Concurrent;
using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Stores;

/// <summary>What one server refuses, or cannot answer, is asked again so that it keeps nobody else waiting.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StoreRefusalTests
{
    private readonly List<IDisposable> _opened = [];

    [TearDown]
    public void End() => _opened.AsEnumerable().Reverse().ToList().ForEach(one => one.Dispose());

    [Test]
    public void A_subscribe_that_is_refused_is_asked_again_name_by_name()
    {
        var asked = new ConcurrentQueue<string[]>();
        ScriptedRedis redis = Own(new ScriptedRedis(words =>
        {
            if (words[0] != "SUBSCRIBE") return null;
            asked.Enqueue(words[1..]);
            return words.Contains("sse:channel:secret") ? "-NOPERM this user has no permissions to access one of the channels\r\n" : null;
        }));
        TestNode node = Own(new TestNode(redis.Url));
        node.UntilUp();
        string[] allowed = ["a", "b", "c", "d"];
        foreach (string name in new[] { "a", "b", "secret", "c", "d" }) node.Shard.Begin(name);
        node.Until(() => node.Shard.Client.Opened.Count == allowed.Length, "all the others to be opened");
        node.Until(() => asked.Count(names => names is ["sse:channel:secret"]) > 1, "the refused one to be asked for again");
        Assert.That(node.Shard.Client.Opened.Select(opened => opened.Channel), Is.EquivalentTo(allowed));
        string[][] commands = [.. asked];
        Assert.That(commands[0], Has.Length.EqualTo(5), "at first all together");
        Assert.That(commands[1..].Select(names => names.Length), Is.All.EqualTo(1), "then each by itself");
        foreach (string name in allowed) Assert.That(commands.Count(names => names[0] == $"sse:channel:{name}"), Is.LessThanOrEqualTo(2), name);
        // Nobody who comes later pays for it.
        node.Shard.Begin("e");
        node.Shard.Begin("f");
        node.Until(() => node.Shard.Client.Opened.Count == 6, "later ones to be opened");
        Assert.That(asked, Has.Some.EqualTo(new[] { "sse:channel:e", "sse:channel:f" }));
    }

    [Test]
    public void The_map_of_a_cluster_is_taken_from_a_replica()
    {
        ScriptedRedis master = Own(new ScriptedRedis(_ => null));
        ScriptedRedis replica = Own(new ScriptedRedis(words => words switch
        {
            ["ROLE"] => "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:1\r\n$7\r\nconnect\r\n:-1\r\n",
            ["PING"] => "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n",
            ["CLUSTER", "SLOTS"] => MapTo(master),
            _ => null,
        }));
        TestNode node = Own(new TestNode($"redis+cluster://127.0.0.1:{replica.Port}"));
        node.UntilUp();
        node.Shard.Open("news");
        Assert.That(replica.Count("SUBSCRIBE"), Is.Zero);
        Assert.That(master.Count("SUBSCRIBE"), Is.EqualTo(1));
    }

    /// <summary>Its own server stays up meanwhile, so that nothing else begins it again.</summary>
    [Test]
    public void A_channel_whose_last_id_was_to_be_told_by_a_server_that_is_away_is_asked_about_again()
    {
        int asked = 0;
        int nobody = FreePort.Take();
        ScriptedRedis redis = null!;
        redis = Own(new ScriptedRedis(words => words switch
        {
            ["CLUSTER", "SLOTS"] => MapTo(redis),
            ["locate", ..] when Interlocked.Increment(ref asked) <= 3 => $"-ASK 0 127.0.0.1:{nobody}\r\n",
            _ => null,
        }));
        TestNode node = Own(new TestNode($"redis+cluster://127.0.0.1:{redis.Port}"));
        node.UntilUp();
        node.Shard.Open("news");
        Assert.That(asked, Is.EqualTo(4));
        Assert.That(redis.Count("SUBSCRIBE"), Is.EqualTo(1), "it was never down");
    }

    private static string MapTo(ScriptedRedis owner) => $"*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:{owner.Port}\r\n";

    private T Own<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
