using System.Diagnostics;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>What a feed keeps and for how long.</summary>
/// <param name="LogBytes">bytes of a log that stay readable behind its head</param>
/// <param name="IdleLogMs">a log that nobody waits for is emptied so long after its last event, when the store is local</param>
/// <param name="LingerMs">a channel without subscribers is kept so long</param>
internal readonly record struct FeedLimits(long LogBytes, long IdleLogMs, long LingerMs)
{
    /// <summary>Each channel's last id is compared with the store's within so long; 0: the store is local.</summary>
    public long AuditMs { get; init; }

    /// <summary>Comparisons a second of this feed.</summary>
    public int AuditsPerSecond { get; init; } = 2000;

    /// <summary>Streams are kept for so long while the store is away.</summary>
    public long GraceMs { get; init; }
}

/// <summary>
/// One shard's channels: takes publishes to the store, appends what the store announces to the logs, places subscribers,
/// and finds history for those that are behind. Runs on its shard's thread only; other shards reach it through
/// <see cref="FeedRequest"/>s.
/// </summary>
internal sealed class Feed : IStoreClient
{
    private const long PageIdleMs = 2000;
    private const int SqueezeMax = 40;

    /// <summary>
    /// Channels without subscribers that linger. Beyond that they are closed at the next look: whoever subscribes to names
    /// made up at random, and leaves, takes no more memory than this and what comes in between.
    /// </summary>
    public const int UnusedMax = 32_768;

    private readonly NameTable<Channel> _channels = new();
    private readonly SegmentPool _segments;
    private readonly List<Channel> _list = [];
    private readonly MemoryBudget _budget;
    private readonly Placement _placement;
    private readonly Replay _replay;
    private readonly Repairs _repairs;
    private readonly Audit _audit;
    private readonly Outages _outages;
    private int _scan;
    private int _squeeze;
    private int _unused;

    public Feed(int shard, Mailbox mailbox, FeedLimits limits, MemoryBudget budget, Func<IStoreClient, IStore> createStore)
    {
        Shard = shard;
        Mailbox = mailbox;
        Limits = limits;
        _budget = budget;
        _segments = new SegmentPool(budget);
        _placement = new Placement(this);
        _replay = new Replay(this);
        _repairs = new Repairs(this);
        _audit = new Audit(this);
        _outages = new Outages(this, _placement, _repairs);
        Store = createStore(this);
    }

    public int Shard { get; }

    public Mailbox Mailbox { get; }

    public IStore Store { get; }

    public FeedLimits Limits { get; }

    public FeedMetrics Metrics { get; } = new();

    /// <summary>Now, in ms of the shard's clock; set by the shard at each step.</summary>
    public long NowMs { get; set; }

    public IReadOnlyList<Channel> Channels => _list;

    public Channel? Find(ReadOnlySpan<byte> name) => _channels.Find(name);

    public void Publish(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, PublishRequest request)
    {
        request.Target = Find(newEvent.Channel);
        request.StoreAskedAt = Stopwatch.GetTimestamp();
        Store.Append(new NewEvent(newEvent.Channel, newEvent.Type, newEvent.Data, request.Target?.Name), key, request);
    }

    public void Attach(AttachRequest request)
    {
        Channel channel = GetOrAdd(request.Name);
        request.Channel = channel;
        request.Reader = channel.ReaderOf(request.Client.Shard) ?? request.Client.CreateReader(channel);
        if (channel.IsUnused)
            _unused--;
        channel.Grant(request.Reader);
        _placement.Place(request);
    }

    /// <summary>Places a subscriber that waited for its channel to open.</summary>
    public void Place(AttachRequest request) => _placement.Place(request);

    /// <summary>Finds what follows, preferring the log, then a cached page, then the store.</summary>
    public void NextPage(PageRequest request) => _replay.NextPage(request);

    public void Release(Channel channel, LogReader reader, int count)
    {
        channel.Release(reader, count);
        channel.LastUsedMs = (uint)NowMs;
        if (channel.IsUnused)
            _unused++;
    }

    /// <summary>
    /// A sweep has ended. A log of one first segment that nobody waits for is emptied at once where history is at hand:
    /// so a channel of one subscriber and few events holds no log between them.
    /// </summary>
    public void OnSwept(Channel channel)
    {
        if (Store.IsLocal && channel.Log!.Bytes == SegmentPool.SegmentBytes)
            channel.Trim(0);
    }

    /// <summary>What is missing from the channel's log, or may be, is read once for everybody.</summary>
    public void Repair(Channel channel) => _repairs.Ring(channel);

    /// <summary>Something was appended to the channel's log.</summary>
    public void OnAppended(Channel channel)
    {
        if (!channel.IsUnused)
            channel.LastUsedMs = (uint)NowMs;
        if (channel.Log!.Bytes > Limits.LogBytes)
            channel.Trim(Limits.LogBytes);
        if (channel.HasAhead)
            Retry(channel);
    }

    /// <summary>
    /// On its way to another shard, or while others are waited for, a position needs a pin; else nothing can come between.
    /// </summary>
    public void PinFor(FeedRequest request, Channel channel, LogReader reader, long position)
    {
        if (reader.Shard == Shard && !request.IsOneOfSeveral)
            return;
        channel.Pin(position);
        request.IsPinned = true;
    }

    /// <summary>Whoever waited for the log to open, to catch up, or for the store to come back tries again.</summary>
    public static void Retry(Channel channel)
    {
        if (!channel.HasWaiting)
            return;
        foreach (WorkItem waiting in channel.State.TakeWaiting())
            ((FeedRequest)waiting).Retry();
    }

    /// <summary>Trims, forgets and closes what is idle: a slice of the channels a call.</summary>
    /// <param name="slices">how many calls make a round</param>
    public void Tick(int slices)
    {
        // Copies go before the history that they are copies of.
        bool hurry = _budget.IsExceeded;
        _squeeze = hurry ? Math.Min(_squeeze + 1, SqueezeMax) : 0;
        int count = hurry ? _list.Count : (_list.Count + slices - 1) / slices;
        for (; count > 0 && _list.Count > 0; count--)
        {
            if (--_scan < 0 || _scan >= _list.Count)
                _scan = _list.Count - 1;
            TickChannel(_list[_scan], hurry);
        }
        _audit.Tick();
        Store.Tick();
    }

    public void Dispose()
    {
        foreach (Channel channel in _list)
            channel.Abandon();
        _list.Clear();
        _segments.Free();
        Store.Dispose();
    }

    void IStoreClient.OnOpened(Channel channel, EventId lastId)
    {
        channel.Open(lastId, _segments);
        Retry(channel);
    }

    void IStoreClient.OnAppended(object request, scoped in AppendResult result, ReadOnlySpan<byte> frame)
    {
        var publish = (PublishRequest)request;
        publish.Result = result;
        Metrics.Store.Record(Stopwatch.GetElapsedTime(publish.StoreAskedAt));
        if (result.Status == AppendStatus.Stored)
        {
            Metrics.Events++;
            if (publish.Target is { } channel && !frame.IsEmpty)
            {
                channel.Append(frame, result.Id);
                OnAppended(channel);
            }
        }
        publish.Answer();
    }

    void IStoreClient.OnLocated(object request, in StreamExtent extent)
    {
        if (request is AttachRequest attach)
            _placement.OnLocated(attach, extent);
        else
            ((IExtentQuery)request).OnExtent(extent);
    }

    void IStoreClient.OnRead(object request, in ReadResult result, Segment? frames)
    {
        if (request is Hole hole)
            _repairs.OnRead(hole, result, frames);
        else
            _replay.OnRead((PageRequest)request, result, frames);
    }

    void IStoreClient.OnUnanswered(object request)
    {
        if (request is Hole hole)
            _repairs.OnUnanswered(hole);
        else if (request is PageRequest page)
            _replay.OnUnanswered(page);
        else if (request is AttachRequest attach)
            _placement.OnUnanswered(attach);
        else
            ((IExtentQuery)request).OnExtent(default);
    }

    void IStoreClient.OnAnnounced(Channel channel, scoped in Announcement announcement) => _repairs.OnAnnounced(channel, announcement);

    void IStoreClient.OnResumed(Channel channel, bool isNewHistory) => _repairs.OnResumed(channel, isNewHistory);

    void IStoreClient.OnVerified(Channel channel, bool isLast) => _audit.OnVerified(channel, isLast);

    /// <summary>
    /// While memory is short: nothing that is at hand elsewhere in this process, else half as much at each look, so that the
    /// oldest of the longest logs goes first.
    /// </summary>
    private long LogBytesKept => _squeeze > 0 && Store.IsLocal ? 0 : Limits.LogBytes >> _squeeze;

    private Channel GetOrAdd(ChannelName name)
    {
        if (_channels.Find(name) is { } known)
            return known;
        var channel = new Channel(name, Shard) { Index = _list.Count, LastUsedMs = (uint)NowMs };
        _channels.Add(channel);
        _list.Add(channel);
        _unused++;
        Store.Open(channel);
        return channel;
    }

    private void TickChannel(Channel channel, bool hurry)
    {
        uint idleMs = (uint)NowMs - channel.LastUsedMs;
        channel.DropPages(hurry ? NowMs : NowMs - PageIdleMs);
        if (channel.Log is { Bytes: > 0 })
        {
            bool idle = Store.IsLocal && idleMs >= Limits.IdleLogMs;
            channel.Trim(idle ? 0 : LogBytesKept);
        }
        if (!Store.IsLocal)
            _outages.Watch(channel);
        long lingerMs = _unused > UnusedMax ? 0 : Limits.LingerMs;
        if (channel.IsUnused && channel.IsUnpinned && idleMs >= lingerMs)
            Close(channel);
    }

    private void Close(Channel channel)
    {
        channel.Close();
        Store.Close(channel);
        _unused--;
        _channels.Remove(channel);
        Channel moved = _list[^1];
        _list[channel.Index] = moved;
        moved.Index = channel.Index;
        _list.RemoveAt(_list.Count - 1);
        // Those whose askers are gone: they are answered and see it.
        Retry(channel);
    }
}
