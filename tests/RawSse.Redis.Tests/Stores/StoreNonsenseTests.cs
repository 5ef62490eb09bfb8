using System.Globalization;
using System.Text;
using RawSse.Server.Stores;
using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>Answers of the wrong shape say nothing: no gap, no confirmation, no endless repeats, and no memory without bound.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class StoreNonsenseTests
{
    private readonly List<IDisposable> _opened = [];

    [TearDown]
    public void End() => _opened.AsEnumerable().Reverse().ToList().ForEach(one => one.Dispose());

    [TestCase("$-1\r\n")]
    [TestCase("*-1\r\n")]
    [TestCase("_\r\n")]
    [TestCase(":7\r\n")]
    [TestCase("+OK\r\n")]
    [TestCase("*1\r\n$3\r\n5-0\r\n")]
    [TestCase("*5\r\n$3\r\n1-0\r\n$1\r\nx\r\n:3\r\n:7\r\n$3\r\n5-0\r\n")]
    [TestCase("*5\r\n*1\r\n:1\r\n$3\r\n9-0\r\n:3\r\n:7\r\n$3\r\n5-0\r\n")]
    [TestCase("*5\r\n$3\r\n1-0\r\n$3\r\n9-0\r\n$1\r\n3\r\n:7\r\n$3\r\n5-0\r\n")]
    [TestCase("*5\r\n$3\r\n1-0\r\n$3\r\n9-0\r\n:-3\r\n:7\r\n$3\r\n5-0\r\n")]
    public void An_extent_of_the_wrong_shape_is_no_answer(string reply)
    {
        (TestNode node, _) = Start(words => words[0] == "locate" ? reply : null);
        object locate = new(), read = new();
        node.Shard.Store.Locate(TestShard.Name("news"), StartPoint.Now, locate);
        node.Shard.Store.Read(TestShard.Name("news"), new EventId(5, 0), EventId.Max, read);
        node.Until(() => node.Shard.Client.Answers.Count == 2, "answers");
        Assert.That(node.Shard.Client.IsUnanswered(locate));
        Assert.That(node.Shard.Client.IsUnanswered(read));
        Assert.That(node.Log, Has.Some.Contain("locate.lua"));
    }

    [Test]
    public void A_channel_whose_last_id_is_not_told_is_asked_about_again_until_it_is()
    {
        int asked = 0;
        (TestNode node, _) = Start(words => words[0] == "locate" && Interlocked.Increment(ref asked) <= 3 ? ":7\r\n" : null);
        Assert.That(node.Shard.Open("news"), Is.EqualTo(EventId.Zero));
        Assert.That(asked, Is.EqualTo(4));
    }

    [TestCase("$-1\r\n")]
    [TestCase("*-1\r\n")]
    [TestCase("*0\r\n")]
    [TestCase(":7\r\n")]
    [TestCase("+OK\r\n")]
    [TestCase("*1\r\n$1\r\nx\r\n")]
    [TestCase("*2\r\n$3\r\n5-0\r\n$1\r\nx\r\n")]
    [TestCase("*3\r\n$3\r\n5-0\r\n$3\r\n4-0\r\n$3\r\n3-0\r\n")]
    public void A_publish_that_is_answered_in_the_wrong_shape_is_unconfirmed(string reply)
    {
        (TestNode node, _) = Start(words => words[0] == "publish" ? reply : null);
        node.Shard.Open("news");
        Assert.That(node.Shard.Append("news", "x").Status, Is.EqualTo(AppendStatus.Unconfirmed));
        Assert.That(node.Shard.Client.Rung, Is.Empty);
    }

    [TestCase("$-1\r\n")]
    [TestCase("+OK\r\n")]
    [TestCase("*1\r\n$3\r\n6-0\r\n")]
    [TestCase("*1\r\n*2\r\n$1\r\nx\r\n*2\r\n$4\r\ndata\r\n$1\r\na\r\n")]
    [TestCase("*1\r\n*3\r\n$3\r\n6-0\r\n*2\r\n$4\r\ndata\r\n$1\r\na\r\n:1\r\n")]
    [TestCase("*2\r\n*2\r\n$3\r\n6-0\r\n*2\r\n$4\r\ndata\r\n$1\r\na\r\n_\r\n")]
    public void History_that_holds_what_is_no_entry_is_no_answer(string reply)
    {
        (TestNode node, _) = Start(words => words[0] == "XRANGE" ? reply : null);
        object read = new();
        node.Shard.Store.Read(TestShard.Name("news"), new EventId(5, 0), EventId.Max, read);
        node.Until(() => node.Shard.Client.Answers.Count == 1, "an answer");
        Assert.That(node.Shard.Client.IsUnanswered(read));
        Assert.That(node.Log, Has.Some.Contain("XRANGE"));
    }

    /// <summary>The link is not kept by what is not asked for, however many elements it names.</summary>
    [TestCase("2147483647")]
    [TestCase("9223372036854775807")]
    [TestCase("100000")]
    public void History_that_never_ends_breaks_the_link(string count)
    {
        var entries = new StringBuilder();
        for (int i = 1; i <= 3_000; i++)
        {
            string id = i.ToString(CultureInfo.InvariantCulture) + "-0";
            entries.Append(CultureInfo.InvariantCulture, $"*2\r\n${id.Length}\r\n{id}\r\n*2\r\n$4\r\ndata\r\n$1\r\na\r\n");
        }
        (TestNode node, ScriptedRedis redis) = Start(words => words[0] is "XRANGE" or "XREVRANGE" ? $"*{count}\r\n{entries}" : null);
        foreach (bool isLast in new[] { false, true })
        {
            int connections = redis.Connections;
            node.UntilUp();
            object request = new();
            if (isLast) node.Shard.Store.Locate(TestShard.Name("news"), new(StartKind.Last, Count: 5), request);
            else node.Shard.Store.Read(TestShard.Name("news"), default, EventId.Max, request);
            node.Until(() => node.Shard.Client.IsUnanswered(request), "an answer");
            node.Until(() => redis.Connections > connections, "another connection");
        }
        Assert.That(node.Log, Has.None.Contain("no answer for"), "it is not the deadline that ends it");
    }

    private (TestNode Node, ScriptedRedis Redis) Start(Func<string[], string?> answer)
    {
        var redis = new ScriptedRedis(answer);
        _opened.Add(redis);
        var node = new TestNode(redis.Url);
        _opened.Add(node);
        node.UntilUp();
        return (node, redis);
    }
}
