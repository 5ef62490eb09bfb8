using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Embedded;
using ShardFeed = RawSse.Server.Feed.Feed;

namespace RawSse.Server.Tests.Regressions;

/// <summary>What strangers can make a feed hold.</summary>
public sealed class FeedMemoryTests
{
    private readonly RecordingFeedClient _client = new(shard: 0);
    private MemoryBudget _budget = null!;
    private ShardFeed _feed = null!;

    [SetUp]
    public void MakeFeed()
    {
        _budget = new MemoryBudget(bytesMax: 1 << 20);
        var limits = new FeedLimits(LogBytes: 1 << 20, IdleLogMs: 2000, LingerMs: 30_000);
        var retention = new Retention(LengthMax: 1000, BytesMax: 1 << 20, Ttl: TimeSpan.FromHours(1));
        _feed = new ShardFeed(0, new Mailbox(), limits, _budget, client => new EmbeddedStore(client, retention, _budget, TimeProvider.System));
    }

    [TearDown]
    public void DisposeFeed()
    {
        _feed.Dispose();
        Assert.That(_budget.Used, Is.Zero, "everything was given back");
    }

    [Test]
    public void Channels_that_were_subscribed_to_and_left_do_not_pile_up()
    {
        AttachRequest kept = Attach("kept");
        for (int i = 0; i < 3 * ShardFeed.UnusedMax; i++)
            Leave(Attach($"made up {i}"));
        _feed.Tick(slices: 1);
        Assert.That(_feed.Channels, Has.Count.EqualTo(ShardFeed.UnusedMax + 1), "beside the one in use");
        Assert.That(_feed.Find("kept"u8), Is.SameAs(kept.Channel));
        Leave(kept);
        Assert.That(_feed.Find("kept"u8), Is.SameAs(kept.Channel), "one that is left lingers");
        Assert.That(Attach("kept").Channel, Is.SameAs(kept.Channel));
    }

    [Test]
    public void Memory_of_many_channels_with_one_small_event_each_is_counted_with_what_keeps_them()
    {
        for (int i = 0; i < 100; i++)
            Publish($"user:{i}");
        Assert.That(_budget.UsedBy(MemoryKind.Store), Is.EqualTo(100 * (StoredStream.OverheadBytes + Segment.BytesMin)));
    }

    [Test]
    public void Copies_make_room_before_history_does()
    {
        AttachRequest attach = Attach("news");
        EventId id = Publish("news");
        attach.Channel.State.AddPage(new Page(id, id, Segment.Allocate(1 << 20, 0, id, _budget, MemoryKind.Page)));
        Assert.That(_budget.IsExceeded);
        _feed.Tick(slices: 1);
        Assert.That(_budget.IsExceeded, Is.False);
        Assert.That(_feed.Store.Peek("news"u8)?.Newest, Is.EqualTo(id));
    }

    private AttachRequest Attach(string channel)
    {
        ChannelName.TryCreate(Encoding.UTF8.GetBytes(channel), out ChannelName? name, out _);
        var attach = new AttachRequest { Client = _client, Name = name!, Start = StartPoint.Now };
        attach.Ask(_feed);
        Assert.That(_client.Attached, Is.SameAs(attach));
        return attach;
    }

    private void Leave(AttachRequest attach) => _feed.Release(attach.Channel, attach.Reader, 1);

    private EventId Publish(string channel)
    {
        var publish = new PublishRequest { Client = _client };
        publish.Publish(_feed, new NewEvent(Encoding.UTF8.GetBytes(channel), [], "x"u8), []);
        Assert.That(publish.Result.Status, Is.EqualTo(AppendStatus.Stored));
        return publish.Result.Id;
    }
}
