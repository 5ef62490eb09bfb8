using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Embedded;

/// <summary>Bounds of the history that a store keeps for each channel.</summary>
internal readonly record struct Retention(long LengthMax, long BytesMax, TimeSpan Ttl);

/// <summary>
/// The default store: the streams of one shard's channels in memory, with Redis' semantics. One partition a shard, so no
/// locks; every answer is given at once. Its history ends with the process.
/// </summary>
internal sealed class EmbeddedStore : IStore
{
    private readonly NameTable<StoredStream> _streams = new();
    private readonly IdempotencyKeys _keys;
    private readonly IStoreClient _client;
    private readonly Retention _retention;
    private readonly MemoryBudget _budget;
    private readonly TimeProvider _clock;
    private StoredStream? _coldest;
    private StoredStream? _warmest;
    private ulong _lastMs;

    public EmbeddedStore(IStoreClient client, Retention retention, MemoryBudget budget, TimeProvider clock)
    {
        _client = client;
        _retention = retention;
        _budget = budget;
        _clock = clock;
        _keys = new IdempotencyKeys(budget);
    }

    public bool IsUp => true;

    public bool IsLocal => true;

    public IEnumerable<ChannelName> Channels
    {
        get
        {
            for (StoredStream? stream = _coldest; stream is not null; stream = stream.Warmer)
                yield return stream.Name;
        }
    }

    public bool IsReachable(ChannelName channel) => true;

    public void Open(Channel channel) =>
        _client.OnOpened(channel, _streams.Find(channel.Name)?.LastId ?? EventId.Zero);

    public void Close(Channel channel)
    {
    }

    public void Verify(Channel channel, EventId lastId, bool extendsExpiry) => _client.OnVerified(channel, isLast: true);

    public void Append(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, object request)
    {
        long nowMs = Expire();
        if (!key.IsEmpty)
        {
            IdempotencyKeys.Outcome outcome = _keys.Find(newEvent, key, out EventId first);
            if (outcome != IdempotencyKeys.Outcome.Fresh)
            {
                AppendStatus status = outcome == IdempotencyKeys.Outcome.Repeated ? AppendStatus.Repeated : AppendStatus.KeyConflict;
                _client.OnAppended(request, new AppendResult(status, first), []);
                return;
            }
        }
        StoredStream stream = GetOrAdd(newEvent);
        EventId id = NextId(stream, nowMs);
        int length = SseFrame.Measure(id, newEvent.Type, newEvent.Data);
        if (!HasRoom(stream, length))
        {
            _client.OnAppended(request, new AppendResult(AppendStatus.OutOfMemory, default), []);
            return;
        }
        Span<byte> frame = stream.Reserve(length);
        SseFrame.Write(frame, id, newEvent.Type, newEvent.Data);
        stream.Commit(id, length);
        stream.ExpiresAtMs = nowMs + (long)_retention.Ttl.TotalMilliseconds;
        if (!key.IsEmpty)
            _keys.Add(newEvent, key, id, nowMs);
        _client.OnAppended(request, new AppendResult(AppendStatus.Stored, id), frame);
        stream.Trim(_retention.LengthMax, _retention.BytesMax);
    }

    public void Locate(ChannelName channel, StartPoint start, object request)
    {
        Expire();
        StreamExtent extent = default;
        if (_streams.Find(channel) is { } stream)
            extent = stream.Extent(start.Kind == StartKind.Last ? stream.BeforeLast(start.Count) : stream.Floor(start.Id));
        _client.OnLocated(request, extent);
    }

    public void Read(ChannelName channel, EventId after, EventId until, object request)
    {
        Expire();
        StreamExtent extent = default;
        Segment? frames = null;
        if (_streams.Find(channel) is { } stream)
        {
            extent = stream.Extent(stream.Floor(after));
            frames = stream.Read(after, until, Page.BytesMax);
        }
        EventId through = frames?.LastId ?? after;
        _client.OnRead(request, new ReadResult(extent, through, IsEnd: frames is null || through >= extent.Newest), frames);
    }

    public long BytesOf(ReadOnlySpan<byte> channel) => _streams.Find(channel)?.Bytes ?? 0;

    public StreamExtent? Peek(ReadOnlySpan<byte> channel) =>
        _streams.Find(channel) is { } stream ? stream.Extent(stream.LastId) : null;

    public void Tick()
    {
        Expire();
        if (_budget.IsExceeded)
            Relieve();
    }

    public void Flush()
    {
    }

    public void Relieve()
    {
        while (_budget.IsExceeded && _coldest is { } coldest)
        {
            coldest.DropOldest();
            if (coldest.Length == 0)
                Remove(coldest);
        }
    }

    public void Dispose()
    {
        while (_coldest is { } stream)
            Remove(stream);
        _keys.Clear();
    }

    /// <summary>Streams expire in the order in which they were last appended to, so only the coldest need be looked at.</summary>
    /// <returns>now, Unix ms</returns>
    private long Expire()
    {
        long nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        _keys.Expire(nowMs);
        while (_coldest is { } coldest && coldest.ExpiresAtMs <= nowMs)
            Remove(coldest);
        return nowMs;
    }

    private EventId NextId(StoredStream stream, long nowMs)
    {
        // Also after the clock stepped back, or after the stream expired and began anew, ids only grow.
        _lastMs = Math.Max(_lastMs, (ulong)Math.Max(nowMs, 0));
        EventId last = stream.LastId;
        return _lastMs > last.Milliseconds ? new EventId(_lastMs, 0) : last.Next();
    }

    /// <summary>Whether the frame fits the budget, once the coldest history of others, then its own, has gone for it.</summary>
    private bool HasRoom(StoredStream stream, int length)
    {
        // Warm already, so that it is the last that is taken from.
        Warm(stream);
        while (_budget.Used + stream.GrowthFor(length) > _budget.BytesMax)
        {
            StoredStream coldest = _coldest!;
            bool isLast = ReferenceEquals(coldest, stream);
            if (!coldest.DropOldest())
            {
                Remove(stream);
                return false;
            }
            if (!isLast && coldest.Length == 0)
                Remove(coldest);
        }
        return true;
    }

    private StoredStream GetOrAdd(scoped in NewEvent newEvent)
    {
        if (_streams.Find(newEvent.Channel) is { } known)
            return known;
        ChannelName? name = newEvent.Name;
        bool isValid = name is not null || ChannelName.TryCreate(newEvent.Channel, out name, out _);
        Invariant.Must(isValid, "channel names are checked before they are published to");
        var stream = new StoredStream(name!, _budget);
        _streams.Add(stream);
        _budget.Add(MemoryKind.Store, StoredStream.OverheadBytes);
        return stream;
    }

    private void Remove(StoredStream stream)
    {
        Unlink(stream);
        _streams.Remove(stream);
        if (stream.LastId.Milliseconds >= _lastMs)
            _lastMs = stream.LastId.Milliseconds + 1;
        stream.Free();
        _budget.Add(MemoryKind.Store, -StoredStream.OverheadBytes);
    }

    private void Warm(StoredStream stream)
    {
        if (ReferenceEquals(_warmest, stream))
            return;
        Unlink(stream);
        stream.Colder = _warmest;
        if (_warmest is not null)
            _warmest.Warmer = stream;
        else
            _coldest = stream;
        _warmest = stream;
    }

    private void Unlink(StoredStream stream)
    {
        if (stream.Colder is { } colder)
            colder.Warmer = stream.Warmer;
        else if (ReferenceEquals(_coldest, stream))
            _coldest = stream.Warmer;
        if (stream.Warmer is { } warmer)
            warmer.Colder = stream.Colder;
        else if (ReferenceEquals(_warmest, stream))
            _warmest = stream.Colder;
        stream.Colder = stream.Warmer = null;
    }
}
