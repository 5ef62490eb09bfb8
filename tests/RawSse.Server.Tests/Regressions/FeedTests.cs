using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Embedded;
using ShardFeed = RawSse.Server.Feed.Feed;

namespace RawSse.Server.Tests.Regressions;

/// <summary>What a feed answers when its history goes away at a bad moment.</summary>
public sealed class FeedTests
{
    private readonly MemoryBudget _budget = new(bytesMax: 1 << 20);
    private readonly RecordingFeedClient _client = new(shard: 0);
    private ShardFeed _feed = null!;

    [SetUp]
    public void MakeFeed()
    {
        var limits = new FeedLimits(LogBytes: 1 << 20, IdleLogMs: 2000, LingerMs: 30_000);
        var retention = new Retention(LengthMax: 1000, BytesMax: 1 << 20, Ttl: TimeSpan.FromHours(1));
        _feed = new ShardFeed(0, new Mailbox(), limits, _budget, client => new EmbeddedStore(client, retention, _budget, TimeProvider.System));
    }

    [TearDown]
    public void DisposeFeed() => _feed.Dispose();

    [Test]
    public void A_place_in_the_log_stays_readable_until_an_asker_that_takes_it_later_has_taken_it()
    {
        AttachRequest attach = Attach(StartPoint.Now, hasSiblings: true);
        Publish("one");
        UseUpMemory();
        Assert.That(attach.Channel.Log!.Tail, Is.LessThanOrEqualTo(attach.Position));
        attach.Unpin();
        UseUpMemory();
        Assert.That(attach.Channel.Log.Tail, Is.EqualTo(attach.Channel.Log.Head), "then it goes");
    }

    [Test]
    public void A_replay_whose_history_went_altogether_is_told_of_the_gap()
    {
        EventId first = Publish("one");
        AttachRequest attach = Attach(StartPoint.Now);
        Publish("two");
        Publish("three");
        UseUpMemory();
        Assert.That(_feed.Store.Peek("news"u8), Is.Null);
        var page = new PageRequest { Client = _client, Channel = attach.Channel, Reader = attach.Reader, After = first, Asked = first };
        page.Ask(_feed);
        Assert.That(_client.Page!.Gap, Is.EqualTo(GapReason.Trimmed));
        Assert.That(page.After, Is.EqualTo(attach.Channel.Log!.LastId), "it goes on from what is known to be gone");
        Assert.That((page.IsJoined, page.Position), Is.EqualTo((true, attach.Channel.Log.Head)));
    }

    [Test]
    public void A_stream_from_the_beginning_of_a_history_that_went_altogether_is_told_of_the_gap()
    {
        Attach(StartPoint.Now);
        Publish("one");
        UseUpMemory();
        AttachRequest late = Attach(new StartPoint(StartKind.After, EventId.Zero));
        Assert.That(late.Gap, Is.EqualTo(GapReason.Trimmed));
    }

    [Test]
    public void A_stream_from_the_beginning_of_a_history_that_began_anew_is_told_of_the_gap()
    {
        Attach(StartPoint.Now);
        Publish("one");
        UseUpMemory();
        EventId again = Publish("two");
        AttachRequest late = Attach(new StartPoint(StartKind.Earliest));
        Assert.That((late.Gap, late.Oldest), Is.EqualTo((GapReason.Trimmed, again)));
    }

    [Test]
    public void An_unreadable_id_goes_on_from_now_also_when_only_the_log_knows_where_that_is()
    {
        AttachRequest slow = Attach(StartPoint.Now, hasSiblings: true);
        Publish("one");
        UseUpMemory();
        AttachRequest late = Attach(new StartPoint(StartKind.Unreadable));
        Assert.That((late.Gap, late.IsJoined, late.Position), Is.EqualTo((GapReason.Unknown, true, slow.Channel.Log!.Head)));
    }

    private AttachRequest Attach(StartPoint start, bool hasSiblings = false)
    {
        ChannelName.TryCreate("news"u8, out ChannelName? name, out _);
        var attach = new AttachRequest { Client = _client, Name = name!, Start = start, HasSiblings = hasSiblings };
        attach.Ask(_feed);
        Assert.That(_client.Attached, Is.SameAs(attach));
        return attach;
    }

    private EventId Publish(string data)
    {
        var publish = new PublishRequest { Client = _client };
        publish.Publish(_feed, new NewEvent("news"u8, [], System.Text.Encoding.UTF8.GetBytes(data)), []);
        Assert.That(publish.Result.Status, Is.EqualTo(AppendStatus.Stored));
        return publish.Result.Id;
    }

    /// <summary>Others take all the memory: the store drops its history and the logs what nobody holds, then they give it back.</summary>
    private void UseUpMemory()
    {
        _budget.Add(MemoryKind.Page, 2 << 20);
        _feed.Tick(slices: 1);
        _budget.Add(MemoryKind.Page, -(2 << 20));
    }
}
