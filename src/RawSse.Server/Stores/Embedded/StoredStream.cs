using RawSse.Protocol.Ids;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Embedded;

/// <summary>
/// One channel's history in memory with the semantics of a Redis stream: ids that only grow, trimming by whole nodes of
/// at most <see cref="NodeEntriesMax"/> entries (what Redis' <c>MAXLEN ~</c> does). Home shard only.
/// </summary>
internal sealed class StoredStream(ChannelName name, MemoryBudget budget) : INamed<StoredStream>
{
    /// <summary>Redis' <c>stream-node-max-entries</c>: the grain of approximate trimming.</summary>
    public const int NodeEntriesMax = 100;

    private const int NodeBytesMax = 64 << 10;

    /// <summary>
    /// What a stream costs besides the bytes of its nodes: this record, its name, its place in a table, its first node's
    /// record. Most channels have few events, so it is most of what they cost.
    /// </summary>
    public const int OverheadBytes = 384;

    private Segment? _first;
    private Segment? _last;
    private int _nextCapacity = Segment.BytesMin;

    public ChannelName Name { get; } = name;

    public StoredStream? NextInBucket { get; set; }

    // The streams of a store, coldest first.
    public StoredStream? Colder { get; set; }
    public StoredStream? Warmer { get; set; }

    public long ExpiresAtMs { get; set; }

    public EventId LastId { get; private set; }

    public long Length { get; private set; }

    public long EntriesAdded { get; private set; }

    public long Bytes { get; private set; }

    public EventId Oldest => _first?.FirstId ?? EventId.Zero;

    /// <summary>Where the next frame is written; <see cref="Commit"/> follows.</summary>
    public Span<byte> Reserve(int frameBytes)
    {
        if (!HasRoomFor(frameBytes))
            AddNode(frameBytes);
        return _last!.Reserve(frameBytes);
    }

    /// <summary>Bytes of memory that the next frame takes: none while it fits the last node.</summary>
    public int GrowthFor(int frameBytes) =>
        HasRoomFor(frameBytes) ? 0 : Segment.CapacityFor(Math.Max(frameBytes, _nextCapacity));

    public void Commit(EventId id, int frameBytes)
    {
        _last!.Commit(id, frameBytes);
        LastId = id;
        Length++;
        EntriesAdded++;
    }

    /// <summary>Drops the oldest nodes that <paramref name="lengthMax"/> and <paramref name="bytesMax"/> do not need.</summary>
    public void Trim(long lengthMax, long bytesMax)
    {
        while (_first is { Next: not null } first && (Length - first.Count >= lengthMax || Bytes > bytesMax))
            DropOldest();
    }

    /// <summary>Drops the oldest node. False: nothing is left.</summary>
    public bool DropOldest()
    {
        if (_first is not { } first)
            return false;
        _first = first.Next;
        if (_first is null)
        {
            _last = null;
            _nextCapacity = Segment.BytesMin;
        }
        Length -= first.Count;
        Bytes -= first.Capacity;
        first.Free();
        return true;
    }

    public StreamExtent Extent(EventId floor) => new(true, Oldest, LastId, Length, EntriesAdded, floor);

    /// <summary>The greatest entry held that is not above <paramref name="id"/>, or 0-0.</summary>
    public EventId Floor(EventId id)
    {
        Segment? segment = NodeOf(id);
        if (segment is null)
            return Length == 0 || id < Oldest ? EventId.Zero : LastId;
        segment.OffsetAfter(id, out EventId floor);
        return id < Oldest ? EventId.Zero : floor;
    }

    /// <summary>The entry before the newest <paramref name="count"/>, or 0-0 when there are no more than that.</summary>
    public EventId BeforeLast(long count)
    {
        long skip = Length - count;
        if (skip <= 0)
            return EventId.Zero;
        Segment segment = _first!;
        while (skip > segment.Count)
        {
            skip -= segment.Count;
            segment = segment.Next!;
        }
        return segment.IdAt((int)skip - 1);
    }

    /// <summary>Copies what follows <paramref name="after"/>, up to <paramref name="until"/>, into a new page segment.</summary>
    public Segment? Read(EventId after, EventId until, int bytesMax)
    {
        Segment? node = NodeAbove(after);
        if (node is null)
            return null;
        int offset = node.OffsetAfter(after, out _);
        int bytes = 0;
        for (Segment? counted = node; counted is not null && bytes < bytesMax && counted.FirstId <= until; counted = counted.Next)
            bytes += counted.Used - (counted == node ? offset : 0);
        var builder = new PageBuilder(after, Math.Clamp(bytes, 1, bytesMax), budget);
        for (; node is not null && builder.TakeAll(node.Slice(offset, node.Used), until); node = node.Next)
            offset = 0;
        return builder.Finish();
    }

    public void Free()
    {
        while (DropOldest())
        {
        }
    }

    private bool HasRoomFor(int frameBytes) => _last is { Count: < NodeEntriesMax } last && last.Fits(frameBytes);

    /// <summary>The node whose range of ids holds <paramref name="id"/>; null when it is above the last.</summary>
    private Segment? NodeOf(EventId id)
    {
        Segment? segment = _first;
        while (segment is not null && segment.LastId < id)
            segment = segment.Next;
        return segment;
    }

    private Segment? NodeAbove(EventId id)
    {
        Segment? segment = _first;
        while (segment is not null && segment.LastId <= id)
            segment = segment.Next;
        return segment;
    }

    private void AddNode(int frameBytes)
    {
        Segment node = Segment.Allocate(Math.Max(frameBytes, _nextCapacity), 0, LastId, budget, MemoryKind.Store);
        _nextCapacity = Math.Min(NodeBytesMax, _nextCapacity * 2);
        Bytes += node.Capacity;
        if (_last is { } last)
            last.Next = node;
        else
            _first = node;
        _last = node;
    }
}
