using System.Diagnostics;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>What a feed keeps and for how long.</summary>
/// <param name="LogBytes">bytes of a log that stay readable behind its head</param>
/// <param name="IdleLogMs">a log that nobody waits for is emptied so long after its last event, when the store is local</param>
/// <param name="LingerMs">a channel without subscribers is kept so long</param>
internal readonly record struct FeedLimits(long LogBytes, long IdleLogMs, long LingerMs);

/// <summary>
/// One shard's channels: takes publishes to the store, appends what the store announces to the logs, places subscribers,
/// and finds history for those that are behind. Runs on its shard's thread only; other shards reach it through
/// <see cref="FeedRequest"/>s.
/// </summary>
internal sealed class Feed : IStoreClient
{
    private const long PageIdleMs = 2000;

    /// <summary>
    /// Channels without subscribers that linger. Beyond that they are closed at the next look: whoever subscribes to names
    /// made up at random, and leaves, takes no more memory than this and what comes in between.
    /// </summary>
    public const int UnusedMax = 32_768;

    private readonly NameTable<Channel> _channels = new();
    private readonly SegmentPool _segments;
    private readonly List<Channel> _list = [];
    private readonly MemoryBudget _budget;
    private readonly FeedLimits _limits;
    private int _scan;
    private int _unused;

    public Feed(int shard, Mailbox mailbox, FeedLimits limits, MemoryBudget budget, Func<IStoreClient, IStore> createStore)
    {
        Shard = shard;
        Mailbox = mailbox;
        _limits = limits;
        _budget = budget;
        _segments = new SegmentPool(budget);
        Store = createStore(this);
    }

    public int Shard { get; }

    public Mailbox Mailbox { get; }

    public IStore Store { get; }

    public FeedMetrics Metrics { get; } = new();

    /// <summary>Now, in ms of the shard's clock; set by the shard at each step.</summary>
    public long NowMs { get; set; }

    public IReadOnlyCollection<Channel> Channels => _list;

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
        StartPoint start = request.Start;
        if (start.Kind == StartKind.Now)
            Join(request, channel.Log!.LastId, GapReason.None, channel.Log.Head);
        else if (start.Kind == StartKind.After && start.Id != EventId.Zero && channel.Log!.TryFindAfter(start.Id, out long position))
            Join(request, start.Id, GapReason.None, position);
        else
            Store.Locate(channel.Name, start, request);
    }

    /// <summary>Finds what follows, preferring the log, then a cached page, then the store.</summary>
    public void NextPage(PageRequest request)
    {
        Channel channel = request.Channel;
        request.Gap = GapReason.None;
        request.Page = null;
        request.IsJoined = channel.Log!.TryFindAfter(request.After, out long position) || channel.IsClosed;
        if (request.IsJoined)
        {
            JoinAt(request, position);
            return;
        }
        if (channel.FindPage(request.After, out int offset) is { } page)
        {
            Serve(request, page, offset);
            return;
        }
        Read(request, channel.NextPageStart(request.After));
    }

    public void Release(Channel channel, LogReader reader, int count)
    {
        channel.Release(reader, count);
        channel.LastUsedMs = NowMs;
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

    /// <summary>Trims, forgets and closes what is idle: a slice of the channels a call.</summary>
    /// <param name="slices">how many calls make a round</param>
    public void Tick(int slices)
    {
        // Copies go before the history that they are copies of.
        bool hurry = _budget.IsExceeded;
        int count = hurry ? _list.Count : (_list.Count + slices - 1) / slices;
        for (; count > 0 && _list.Count > 0; count--)
        {
            if (--_scan < 0 || _scan >= _list.Count)
                _scan = _list.Count - 1;
            TickChannel(_list[_scan], hurry);
        }
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

    void IStoreClient.OnOpened(Channel channel, EventId lastId) => channel.Open(lastId, _segments);

    void IStoreClient.OnAppended(object request, scoped in AppendResult result, ReadOnlySpan<byte> frame)
    {
        var publish = (PublishRequest)request;
        publish.Result = result;
        Metrics.Store.Record(Stopwatch.GetElapsedTime(publish.StoreAskedAt));
        if (result.Status == AppendStatus.Stored)
        {
            Metrics.Events++;
            if (publish.Target is { } channel)
                Announce(channel, frame, result.Id);
        }
        publish.Answer();
    }

    void IStoreClient.OnLocated(object request, in StreamExtent extent)
    {
        var attach = (AttachRequest)request;
        Log log = attach.Channel.Log!;
        StartDecision decision = StartRules.Remember(StartRules.Decide(attach.Start, extent), attach.Start, extent, log.TailId, log.LastId);
        attach.Oldest = extent.Oldest;
        attach.Newest = extent.Newest;
        if (log.TryFindAfter(decision.From, out long position))
        {
            Join(attach, decision.From, decision.Gap, position);
            return;
        }
        if (!extent.Exists)
        {
            // The store has nothing: the stream goes on from now, and after a gap says so.
            EventId from = decision.Gap == GapReason.None ? decision.From : Later(decision.From, log.LastId);
            Join(attach, from, decision.Gap, log.Head);
            return;
        }
        attach.From = decision.From;
        attach.Gap = decision.Gap;
        attach.IsJoined = false;
        attach.Answer();
    }

    void IStoreClient.OnRead(object request, in StreamExtent extent, Segment? frames)
    {
        var read = (PageRequest)request;
        Metrics.Store.Record(Stopwatch.GetElapsedTime(read.StoreAskedAt));
        // Where the stream is gone altogether, only who has the last event that was announced lost nothing.
        if (extent.Exists ? !StartRules.Continues(read.After, extent) : read.After < read.Channel.Log!.LastId)
        {
            // History was trimmed under a replay that was too slow for it.
            read.Gap = GapReason.Trimmed;
            read.Oldest = extent.Oldest;
            read.Newest = extent.Newest;
            EventId next = StartRules.AfterLoss(read.After, extent);
            read.After = extent.Exists ? next : Later(next, read.Channel.Log!.LastId);
        }
        if (frames is not null)
        {
            var page = new Page(read.After, frames);
            read.Channel.AddPage(page);
            Serve(read, page, 0);
        }
        else if (extent.Exists && read.After < extent.Newest && read.Until < EventId.Max)
        {
            // Nothing stands before the next known page: it began at an id that is no entry, or is one no more.
            Read(read, EventId.Max);
        }
        else
        {
            JoinAt(read, extent.Exists ? read.Channel.Log!.PositionAbove(read.After) : read.Channel.Log!.Head);
        }
    }

    private static EventId Later(EventId a, EventId b) => a > b ? a : b;

    private void Read(PageRequest request, EventId until)
    {
        Metrics.StoreReads++;
        request.Until = until;
        request.StoreAskedAt = Stopwatch.GetTimestamp();
        Store.Read(request.Channel.Name, request.After, until, request);
    }

    private void Announce(Channel channel, ReadOnlySpan<byte> frame, EventId id)
    {
        channel.Append(frame, id);
        channel.LastUsedMs = NowMs;
        if (channel.Log!.Bytes > _limits.LogBytes)
            channel.Trim(_limits.LogBytes);
    }

    private void Join(AttachRequest request, EventId from, GapReason gap, long position)
    {
        request.From = from;
        request.Gap = gap;
        request.IsJoined = true;
        request.Position = position;
        PinFor(request, request.Channel, request.Reader, position);
        request.Answer();
    }

    private void JoinAt(PageRequest request, long position)
    {
        request.IsJoined = true;
        request.Position = position;
        PinFor(request, request.Channel, request.Reader, position);
        request.Answer();
    }

    /// <summary>
    /// On its way to another shard, or while others are waited for, a position needs a pin; else nothing can come between.
    /// </summary>
    private void PinFor(FeedRequest request, Channel channel, LogReader reader, long position)
    {
        if (reader.Shard == Shard && !request.IsOneOfSeveral)
            return;
        channel.Pin(position);
        request.IsPinned = true;
    }

    private void Serve(PageRequest request, Page page, int offset)
    {
        page.UsedAtMs = NowMs;
        request.Page = page.Hold();
        request.Offset = offset;
        request.Answer();
    }

    private Channel GetOrAdd(ChannelName name)
    {
        if (_channels.Find(name) is { } known)
            return known;
        var channel = new Channel(name, Shard) { Index = _list.Count, LastUsedMs = NowMs };
        _channels.Add(channel);
        _list.Add(channel);
        _unused++;
        Store.Open(channel);
        return channel;
    }

    private void TickChannel(Channel channel, bool hurry)
    {
        channel.DropPages(hurry ? NowMs : NowMs - PageIdleMs);
        if (channel.Log!.Bytes > 0)
        {
            bool idle = Store.IsLocal && NowMs - channel.LastUsedMs >= _limits.IdleLogMs;
            channel.Trim(hurry || idle ? 0 : _limits.LogBytes);
        }
        long lingerMs = _unused > UnusedMax ? 0 : _limits.LingerMs;
        if (channel.IsUnused && channel.IsUnpinned && NowMs - channel.LastUsedMs >= lingerMs)
            Close(channel);
    }

    private void Close(Channel channel)
    {
        channel.Close();
        _unused--;
        _channels.Remove(channel);
        Channel moved = _list[^1];
        _list[channel.Index] = moved;
        moved.Index = channel.Index;
        _list.RemoveAt(_list.Count - 1);
    }
}
