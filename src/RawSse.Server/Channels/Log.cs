using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;

namespace RawSse.Server.Channels;

/// <summary>
/// A channel's retained frames in memory, addressed by position: a count of bytes since the channel was opened. The home
/// shard alone appends, finds and trims; any shard may read <c>[position, Head)</c> for positions that its low-water mark
/// protects (see <see cref="Channel"/>).
/// </summary>
/// <remarks>
/// Segments start at 512 B and double with the traffic up to <see cref="SegmentBytesMax"/>, so that an idle channel holds
/// little and a busy one is one contiguous range per send. A frame never straddles segments.
/// </remarks>
internal sealed class Log(EventId tailId, SegmentPool pool)
{
    /// <summary>Ordinary segments grow to this size; also the most that one send takes.</summary>
    public const int SegmentBytesMax = 256 << 10;

    private Segment? _first;
    private Segment? _last;
    private long _head;
    private int _nextCapacity = SegmentPool.SegmentBytes;
    private bool _isSealed;

    private LogDetour? _detour;

    /// <summary>Id of the event right before the oldest frame held; everything newer is held.</summary>
    public EventId TailId { get; private set; } = tailId;

    /// <summary>Id of the newest event, which may be one that was passed over; <see cref="TailId"/> while empty.</summary>
    public EventId LastId => _detour is { } detour ? detour.LastId : _last?.LastId ?? TailId;

    /// <summary>Position of the oldest frame held.</summary>
    public long Tail => _first?.Start ?? Head;

    /// <summary>Position after the newest frame. Written with release by the home shard, read with acquire by all.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Native bytes held.</summary>
    public long Bytes { get; private set; }

    public void Append(ReadOnlySpan<byte> frame, EventId id)
    {
        SegmentFor(frame.Length).Append(frame, id);
        Publish(id, frame.Length);
    }

    /// <summary>Encodes an event in its place.</summary>
    public void Append(EventId id, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        int length = SseFrame.Measure(id, type, data);
        Segment segment = SegmentFor(length);
        SseFrame.Write(segment.Reserve(length), id, type, data);
        segment.Commit(id, length);
        Publish(id, length);
    }

    /// <summary>
    /// Appends a gap event. Its id is a position, not an event's: it may be that of the newest event.
    /// </summary>
    public void AppendGap(ReadOnlySpan<byte> frame, EventId id)
    {
        SegmentFor(frame.Length).AppendGap(frame, id);
        Publish(id, frame.Length);
    }

    /// <summary>Moves the last id past entries that are no events.</summary>
    public void PassOver(EventId id)
    {
        Invariant.Must(id > LastId, "ids strictly increase");
        (_detour ??= new LogDetour()).LastId = id;
    }

    /// <summary>
    /// Goes on after <paramref name="id"/>, an earlier id: what came after it is read by nobody new, and ids begin anew.
    /// </summary>
    public void Rewind(EventId id)
    {
        EventId lastId = LastId;
        LogDetour detour = _detour ??= new LogDetour();
        detour.Rewind(_head, lastId, Tail);
        detour.LastId = TailId = id;
        // Ids increase within a segment.
        _isSealed = true;
    }

    /// <summary>
    /// The longest contiguous run of published bytes from <paramref name="position"/>, which is below
    /// <paramref name="head"/>. Any shard.
    /// </summary>
    public ReadOnlySpan<byte> Read(long position, long head)
    {
        Segment segment = Find(position);
        Segment? next = segment.Next;
        long end = next is null ? head : Math.Min(head, next.Start);
        return segment.Slice((int)(position - segment.Start), (int)(end - segment.Start));
    }

    /// <summary>
    /// The id of the last event that starts before <paramref name="position"/> (below the head), and in
    /// <paramref name="rest"/> what is left of it from there; empty when the position is between frames. Any shard.
    /// </summary>
    public EventId CutAt(long position, out ReadOnlySpan<byte> rest)
    {
        // The head first: what is appended meanwhile may already be in the next segment.
        long end = Head;
        Segment segment = Find(position);
        if (segment.Next is { } next)
            end = Math.Min(end, next.Start);
        ReadOnlySpan<byte> bytes = segment.Slice(0, (int)(end - segment.Start));
        int at = (int)(position - segment.Start);
        rest = [];
        if (at == 0)
            return Volatile.Read(ref _detour)?.IdBefore(position) ?? segment.PreviousId;
        bool isBetween = bytes[..at].EndsWith("\n\n"u8);
        int start = bytes[..(isBetween ? at - 2 : at)].LastIndexOf("\n\n"u8);
        start = start < 0 ? 0 : start + 2;
        if (!isBetween)
            rest = bytes[at..(start + SseFrame.FirstLength(bytes[start..]))];
        bool readable = SseFrame.TryReadId(bytes[start..], out EventId id);
        Invariant.Must(readable, "a log holds frames");
        return id;
    }

    /// <summary>Whether the byte before <paramref name="position"/> (below the head) is an LF of the same segment. Any shard.</summary>
    public bool IsAfterLineEnd(long position)
    {
        Segment segment = Find(position);
        int at = (int)(position - segment.Start);
        return at > 0 && segment.Slice(at - 1, at)[0] == (byte)'\n';
    }

    /// <summary>The segment that holds <paramref name="position"/> (below the head). Any shard.</summary>
    public Segment Find(long position)
    {
        Segment? segment = Volatile.Read(ref _last);
        Invariant.Must(segment is not null, "tail <= position");
        if (position >= segment.Start)
            return segment;
        segment = Volatile.Read(ref _first)!;
        Invariant.Must(position >= segment.Start, "tail <= position");
        while (segment.Next is { } next && position >= next.Start)
            segment = next;
        return segment;
    }

    /// <summary>
    /// The position after the event <paramref name="id"/>, when the log can tell that it existed and holds everything
    /// after it. Home shard.
    /// </summary>
    public bool TryFindAfter(EventId id, out long position)
    {
        position = Head;
        if (id == LastId)
            return true;
        if (id < TailId || id > LastId)
            return false;
        Segment? segment = FirstFindable();
        while (segment is not null && segment.LastId < id)
            segment = segment.Next;
        if (segment is null)
            return false;
        position = segment.Start + segment.OffsetAfter(id, out EventId floor);
        return floor == id;
    }

    /// <summary>
    /// The greatest id not above <paramref name="id"/> that the log knows; below its tail the id itself. Home shard.
    /// </summary>
    public EventId FloorOf(EventId id)
    {
        if (id <= TailId || id >= LastId)
            return id < LastId ? id : LastId;
        EventId floor = TailId;
        for (Segment? segment = FirstFindable(); segment is not null && segment.PreviousId < id; segment = segment.Next)
        {
            segment.OffsetAfter(id, out EventId inSegment);
            floor = inSegment > floor ? inSegment : floor;
        }
        return floor;
    }

    /// <summary>Position of the oldest frame held with an id above <paramref name="id"/>; the head when there is none. Home shard.</summary>
    public long PositionAbove(EventId id)
    {
        Segment? segment = FirstFindable();
        while (segment is not null && segment.LastId <= id)
            segment = segment.Next;
        return segment is null ? Head : segment.Start + segment.OffsetAfter(id, out _);
    }

    /// <summary>
    /// Frees whole segments that end at or below <paramref name="lowWater"/> while more than <paramref name="bytesKept"/>
    /// published bytes stay. Home shard.
    /// </summary>
    public void Trim(long lowWater, long bytesKept)
    {
        Invariant.Must(lowWater >= Tail, "tail <= position");
        while (_first is { } first)
        {
            long end = first.Start + first.Used;
            if (end > lowWater || Head - end < bytesKept)
                break;
            if (first.Start >= RewoundAt)
                TailId = first.LastId;
            Bytes -= first.Capacity;
            Volatile.Write(ref _first, first.Next);
            if (first.Next is not null)
            {
                // Another shard may be walking past it to a later one: the node stays as it is, only its memory goes.
                first.Free();
                continue;
            }
            // Nothing is left, so nobody is anywhere in the log.
            TailId = LastId;
            Forget();
            pool.Return(first);
        }
    }

    /// <summary>Frees everything: the channel is closed and nobody reads it. Home shard.</summary>
    public void Free() => Trim(Head, 0);

    private void Forget()
    {
        Volatile.Write(ref _last, null);
        _isSealed = false;
        _nextCapacity = SegmentPool.SegmentBytes;
    }

    /// <summary>Where ids begin that are found: what lies before was lost by the store and is only there for whoever still reads it.</summary>
    private long RewoundAt => _detour?.RewoundAt ?? 0;

    private Segment? FirstFindable()
    {
        long rewoundAt = RewoundAt;
        Segment? segment = _first;
        while (segment is not null && segment.Start < rewoundAt)
            segment = segment.Next;
        return segment;
    }

    private Segment SegmentFor(int frameBytes) =>
        _last is { } last && !_isSealed && last.Fits(frameBytes) ? last : Grow(frameBytes);

    private void Publish(EventId id, int length)
    {
        if (_detour is { } detour)
            detour.LastId = id;
        Volatile.Write(ref _head, _head + length);
    }

    private Segment Grow(int frameBytes)
    {
        int capacity = Math.Max(frameBytes, _nextCapacity);
        Segment segment = pool.Rent(capacity, _head, LastId);
        _nextCapacity = Math.Min(SegmentBytesMax, _nextCapacity * 2);
        Bytes += segment.Capacity;
        _isSealed = false;
        if (_last is { } last)
            last.Next = segment;
        else
            Volatile.Write(ref _first, segment);
        Volatile.Write(ref _last, segment);
        return segment;
    }
}
