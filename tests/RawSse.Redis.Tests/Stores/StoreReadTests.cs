using System.Text;
using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores;
using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>History is located, read in pages and verified as a store promises.</summary>
internal sealed class StoreReadTests : StoreTest
{
    [Test]
    public void There_is_nothing_where_there_is_no_stream()
    {
        Assert.That(Shard.Locate("news", StartPoint.Now), Is.EqualTo(default(StreamExtent)));
        ReadAnswer read = Shard.Read("news", new EventId(5, 0));
        Assert.That(read.Result, Is.EqualTo(new ReadResult(default, new EventId(5, 0), IsEnd: true)));
        Assert.That(read.Frames, Is.Empty);
    }

    [Test]
    public void Locate_describes_the_stream_and_finds_the_floor()
    {
        AddAll(2, 4, 6);
        Assert.That(Shard.Locate("news", StartPoint.Now), Is.EqualTo(Extent(6)));
        Assert.That(Shard.Locate("news", new(StartKind.After, Id(5))), Is.EqualTo(Extent(4)));
        Assert.That(Shard.Locate("news", new(StartKind.At, Id(4))), Is.EqualTo(Extent(4)));
        Assert.That(Shard.Locate("news", new(StartKind.After, Id(1))), Is.EqualTo(Extent(0)));
        Ask("XTRIM", "sse:news", "MAXLEN", "1");
        Assert.That(Shard.Locate("news", StartPoint.Now), Is.EqualTo(new StreamExtent(true, Id(6), Id(6), 1, 3, Id(6))));
    }

    [Test]
    public void An_emptied_stream_still_says_what_was_added()
    {
        AddAll(2, 4);
        Ask("XTRIM", "sse:news", "MAXLEN", "0");
        Assert.That(Shard.Locate("news", StartPoint.Now), Is.EqualTo(new StreamExtent(true, default, Id(4), 0, 2, default)));
        Assert.That(Shard.Read("news", Id(2)).Result.Extent, Is.EqualTo(new StreamExtent(true, default, Id(4), 0, 2, default)));
    }

    [Test]
    public void The_newest_N_are_found_from_the_end()
    {
        AddAll([.. Enumerable.Range(1, 1000)]);
        foreach (int count in new[] { 0, 1, 2, 255, 256, 257, 600, 999, 1000, 1001, 50_000 })
        {
            StreamExtent extent = Shard.Locate("news", new(StartKind.Last, Count: count));
            Assert.That(extent.Floor, Is.EqualTo(Id(Math.Max(0, 1000 - count))), $"the newest {count}");
            Assert.That(extent.Length, Is.EqualTo(1000));
        }
    }

    [Test]
    public void A_read_after_an_entry_that_is_held_says_that_it_is_held()
    {
        AddAll(2, 4, 6);
        ReadAnswer read = Shard.Read("news", Id(2));
        Assert.That(read.Ids, Is.EqualTo(new[] { Id(4), Id(6) }));
        Assert.That(read.Result, Is.EqualTo(new ReadResult(new StreamExtent(true, Id(2), Id(6), 1, long.MaxValue, Id(2)), Id(6), IsEnd: true)));
        Assert.That(read.Frames, Is.EqualTo("id: 4-0\ndata: 4\n\nid: 6-0\ndata: 6\n\n"));
        Assert.That(Shard.Read("news", Id(6)).Result, Is.EqualTo(new ReadResult(new StreamExtent(true, Id(6), Id(6), 1, long.MaxValue, Id(6)), Id(6), IsEnd: true)));
        Assert.That(Shard.Read("news", Id(2), Id(4)).Ids, Is.EqualTo(new[] { Id(4) }));
    }

    [Test]
    public void A_read_after_anything_else_says_what_the_stream_holds()
    {
        AddAll(2, 4, 6);
        foreach ((int after, int floor, int[] ids) in new[] { (0, 0, [2, 4, 6]), (1, 0, [2, 4, 6]), (3, 2, [4, 6]), (7, 6, Array.Empty<int>()) })
        {
            ReadAnswer read = Shard.Read("news", Id(after));
            Assert.That(read.Ids, Is.EqualTo(ids.Select(Id)));
            Assert.That(read.Result, Is.EqualTo(new ReadResult(Extent(floor), Id(ids.LastOrDefault(after)), IsEnd: true)));
        }
    }

    [TestCase(10)]
    [TestCase(1000)]
    [TestCase(100_000)]
    public void Pages_one_after_the_other_give_everything(int bytes)
    {
        using RespClient client = Node.Await(Redis.ConnectAsync());
        int count = Math.Min(3000, 20_000_000 / bytes);
        string data = new('x', bytes);
        Node.Await(client.AskAsync("EVAL", $"for i = 1, {count} do redis.call('XADD', KEYS[1], i .. '-0', 'type', 't' .. i, 'data', ARGV[1]) end", 1, "sse:news", data));
        var ids = new List<EventId>();
        EventId after = default;
        int pages = 0;
        for (bool isEnd = false; !isEnd; pages++)
        {
            ReadAnswer read = Shard.Read("news", after);
            Assert.That(Encoding.UTF8.GetByteCount(read.Frames), Is.LessThanOrEqualTo(128 << 10));
            ids.AddRange(read.Ids);
            after = read.Result.Through;
            isEnd = read.Result.IsEnd;
        }
        Assert.That(ids, Is.EqualTo(Enumerable.Range(1, count).Select(Id)));
        int least = (int)Math.Min(count, (long)count * bytes / (64 << 10));
        Assert.That(pages, Is.InRange(least, least * 2 + 12), "about as many reads as pages");
    }

    [Test]
    public void Entries_that_can_be_no_event_are_skipped_counted_and_logged()
    {
        AddAll(1);
        Ask("XADD", "sse:news", "2-0", "other", "x");
        Ask("XADD", "sse:news", "3-0", "type", "a\nb", "data", "x");
        Ask("XADD", "sse:news", "4-0", "data", new byte[] { 0xff });
        Ask("XADD", "sse:news", "5-0", "data", new string('x', 300_000));
        Ask("XADD", "sse:news", "6-0", "type", "rawsse.gap", "data", "x");
        Ask("XADD", "sse:news", "7-0", "data", "good", "more", "fields", "type", "t");
        Ask("XADD", "sse:news", "8-0", "x", "y");
        ReadAnswer read = Shard.Read("news", Id(1));
        Assert.That(read.Frames, Is.EqualTo("id: 7-0\nevent: t\ndata: good\n\n"));
        Assert.That(read.Result.Through, Is.EqualTo(Id(8)));
        Assert.That(read.Result.IsEnd);
        Assert.That(Shard.Store.Metrics.Skipped, Is.EqualTo(6));
        Assert.That(Node.Log, Has.Exactly(1).Contain("can be no event").And.Contain("2-0"));
    }

    [Test]
    public void A_small_read_keeps_little_memory()
    {
        AddAll(1, 2);
        Assert.That(Node.Budget.Used, Is.Zero);
        ReadAnswer read = Shard.Read("news", Id(1));
        Assert.That(Client.LargestCapacity, Is.LessThanOrEqualTo(128));
        Assert.That(read.Ids, Is.EqualTo(new[] { Id(2) }));
    }

    [Test]
    public void Verify_says_whether_anything_follows()
    {
        AddAll(1, 2);
        Shard.Open("news");
        Assert.That(Shard.Verify("news", Id(2)), Is.True);
        Assert.That(Shard.Verify("news", Id(1)), Is.False);
        Assert.That(Shard.Verify("news", Id(9)), Is.False, "it may have begun anew");
        Ask("DEL", "sse:news");
        Assert.That(Shard.Verify("news", Id(2)), Is.True);
    }

    /// <summary>Whoever delivered it knows its id; a comparison with what is left would find a hole at every look.</summary>
    [Test]
    public void A_stream_whose_newest_entry_was_deleted_still_ends_where_it_did()
    {
        Shard.Open("news");
        Ask("XADD", "sse:news", "1-0", "data", "a");
        Ask("XADD", "sse:news", "2-0", "data", "b");
        Ask("XDEL", "sse:news", "2-0");
        Assert.That(Shard.Verify("news", Id(2)), Is.True);
        Assert.That(Shard.Verify("news", Id(1)), Is.False, "what lies between was not seen");
    }

    [Test]
    public void An_expiry_begins_anew_only_where_there_is_one()
    {
        AddAll(1);
        Shard.Open("news");
        Shard.Verify("news", Id(1), extendsExpiry: true);
        Shard.Locate("news", StartPoint.Now);
        Assert.That(Ask("PTTL", "sse:news").Number, Is.EqualTo(-1));
        Ask("PEXPIRE", "sse:news", 60_000);
        Shard.Verify("news", Id(1));
        Shard.Locate("news", StartPoint.Now);
        Assert.That(Ask("PTTL", "sse:news").Number, Is.InRange(1, 60_000));
        Shard.Verify("news", Id(1), extendsExpiry: true);
        Shard.Locate("news", StartPoint.Now);
        Assert.That(Ask("PTTL", "sse:news").Number, Is.InRange(3_000_000, 3_600_000));
    }

    [Test]
    public void Reads_are_unanswered_while_the_store_is_away_and_when_it_goes()
    {
        Shard.Open("news");
        Redis.Stop();
        object locate = new(), read = new(), last = new();
        Shard.Store.Locate(TestShard.Name("news"), StartPoint.Now, locate);
        Shard.Store.Locate(TestShard.Name("news"), new(StartKind.Last, Count: 5), last);
        Shard.Store.Read(TestShard.Name("news"), default, EventId.Max, read);
        Node.Step();
        Node.Await(Redis.KillAsync());
        Node.Until(() => Client.Answers.Count == 3, "all to be told");
        Assert.That(new[] { locate, read, last }.All(Client.IsUnanswered));
        object after = new();
        Shard.Store.Read(TestShard.Name("news"), default, EventId.Max, after);
        Assert.That(Client.IsUnanswered(after), "at once");
        Assert.That(Shard.Store.IsReachable(TestShard.Name("news")), Is.False);
    }

    private static EventId Id(int number) => new((ulong)number, 0);

    private static StreamExtent Extent(int floor) => new(true, Id(2), Id(6), 3, 3, Id(floor));

    private void AddAll(params int[] numbers)
    {
        using RespClient client = Node.Await(Redis.ConnectAsync());
        foreach (int number in numbers) Node.Await(client.AskAsync("XADD", "sse:news", $"{number}-0", "data", number));
    }
}
