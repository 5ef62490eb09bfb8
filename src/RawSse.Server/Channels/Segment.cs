using System.Numerics;
using System.Runtime.InteropServices;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;

namespace RawSse.Server.Channels;

/// <summary>
/// A block of native memory holding whole frames back to back, in id order: a piece of a log, of a stored stream, or a
/// page. Written by one thread only; what lies below a published end never changes until <see cref="Free"/>.
/// </summary>
/// <remarks>
/// The memory comes from malloc in size classes from 128 B to 2 MiB, powers of two above 512 B: the garbage collector never sees or moves it
/// (docs/adr/0003). This file and Transport/ hold all unsafe code of the server.
/// </remarks>
internal sealed unsafe class Segment
{
    public const int BytesMin = 128;
    public const int BytesMax = 2 << 20;

    /// <summary>Up to here size classes are <see cref="FineStep"/> apart: most channels have one small event.</summary>
    private const int FineBytesMax = 512;

    private const int FineStep = 64;

    /// <summary>A place to start looking is remembered once in so many bytes.</summary>
    private const int IndexStride = 4096;

    /// <summary>Tests set it so that a read of freed memory shows as 0xDD bytes instead of passing by luck.</summary>
    internal static bool KeepAndPoisonWhenFreed;

    private readonly MemoryBudget _budget;
    private readonly MemoryKind _kind;
    private byte* _memory;

    // Its first element counts the others: segments are many, and mostly have none.
    private int[]? _index;
    private Segment? _next;

    private Segment(int capacity, long start, EventId previousId, MemoryBudget budget, MemoryKind kind)
    {
        _memory = (byte*)NativeMemory.Alloc((nuint)capacity);
        _budget = budget;
        _kind = kind;
        Capacity = capacity;
        Start = start;
        PreviousId = previousId;
        LastId = previousId;
        budget.Add(kind, capacity);
    }

    public int Capacity { get; }

    /// <summary>Position of the first byte in the log; 0 for pages and stored streams.</summary>
    public long Start { get; private set; }

    /// <summary>Id of the event before the first one here.</summary>
    public EventId PreviousId { get; private set; }

    /// <summary>Id of the first frame; <see cref="PreviousId"/> while empty.</summary>
    public EventId FirstId => Count == 0 ? PreviousId : IdAt(0);

    /// <summary>Id of the last frame; <see cref="PreviousId"/> while empty.</summary>
    public EventId LastId { get; private set; }

    public int Count { get; private set; }

    public int Used { get; private set; }

    /// <summary>The following segment. Set with release once this one is full; read with acquire by any shard.</summary>
    public Segment? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }

    public bool Fits(int bytes) => bytes <= Capacity - Used;

    /// <summary>A segment of at least <paramref name="bytes"/>, rounded up to its size class (at most <see cref="BytesMax"/>).</summary>
    public static Segment Allocate(int bytes, long start, EventId previousId, MemoryBudget budget, MemoryKind kind)
    {
        Invariant.Must(bytes <= BytesMax, "a segment holds at most 2 MiB");
        return new Segment(CapacityFor(bytes), start, previousId, budget, kind);
    }

    /// <summary>The size class that holds <paramref name="bytes"/>.</summary>
    public static int CapacityFor(int bytes)
    {
        if (bytes <= FineBytesMax)
            return Math.Max(BytesMin, (bytes + FineStep - 1) & -FineStep);
        return (int)BitOperations.RoundUpToPowerOf2((uint)bytes);
    }

    /// <summary>Where a frame of <paramref name="length"/> bytes is to be written before <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int length)
    {
        Invariant.Must(Fits(length), "a frame never straddles segments");
        return new Span<byte>(_memory + Used, length);
    }

    /// <summary>Makes the reserved bytes a frame. Ids strictly increase.</summary>
    public void Commit(EventId id, int length)
    {
        Invariant.Must(id > LastId, "ids strictly increase");
        Add(id, length);
    }

    public void Append(ReadOnlySpan<byte> frame, EventId id)
    {
        frame.CopyTo(Reserve(frame.Length));
        Commit(id, frame.Length);
    }

    /// <summary>A gap event stands at the position that it names, which may be the last event's.</summary>
    public void AppendGap(ReadOnlySpan<byte> frame, EventId id)
    {
        Invariant.Must(id >= LastId, "ids increase");
        frame.CopyTo(Reserve(frame.Length));
        Add(id, frame.Length);
    }

    /// <summary>Bytes <c>[from, to)</c>, which the caller knows to be published.</summary>
    public ReadOnlySpan<byte> Slice(int from, int to)
    {
        Invariant.Must(_memory != null && (uint)from <= (uint)to && to <= Capacity, "a read stays inside a living segment");
        return new ReadOnlySpan<byte>(_memory + from, to - from);
    }

    /// <summary>Offset of the first frame with an id above <paramref name="id"/>; <see cref="Used"/> when there is none. Writer's thread only.</summary>
    public int OffsetAfter(EventId id, out EventId floor)
    {
        int offset = 0;
        floor = PreviousId;
        if (_index is not null)
        {
            int low = IndexAtOrBelow(id);
            if (low > 0)
                offset = _index[low];
        }
        while (offset < Used)
        {
            ReadOnlySpan<byte> rest = Slice(offset, Used);
            EventId frameId = ReadId(offset);
            if (frameId > id)
                break;
            floor = frameId;
            offset += SseFrame.FirstLength(rest);
        }
        return offset;
    }

    /// <summary>Id of the frame at <paramref name="place"/>, counted from 0. Writer's thread only.</summary>
    public EventId IdAt(int place)
    {
        Invariant.Must((uint)place < (uint)Count, "a frame's place is below the count");
        int offset = 0;
        while (place-- > 0)
            offset += SseFrame.FirstLength(Slice(offset, Used));
        return ReadId(offset);
    }

    /// <summary>Empties it for another place or log. Nobody may be reading it.</summary>
    public void Reset(long start, EventId previousId)
    {
        _index = null;
        _next = null;
        Start = start;
        PreviousId = LastId = previousId;
        Count = Used = 0;
    }

    /// <summary>Gives the memory back. Nobody may be reading it, now or later.</summary>
    public void Free()
    {
        Invariant.Must(_memory != null, "a segment is freed once");
        _budget.Add(_kind, -Capacity);
        if (KeepAndPoisonWhenFreed)
        {
            new Span<byte>(_memory, Capacity).Fill(0xDD);
            return;
        }
        byte* memory = _memory;
        _memory = null;
        NativeMemory.Free(memory);
    }

    private void Add(EventId id, int length)
    {
        if (Count > 0 && Used / IndexStride != (Used + length) / IndexStride)
        {
            // Offsets only, in one piece: this is all the garbage that appending to a log makes.
            _index ??= new int[1 + (Capacity / IndexStride)];
            _index[++_index[0]] = Used;
        }
        LastId = id;
        Count++;
        Used += length;
    }

    private EventId ReadId(int offset)
    {
        bool isRead = SseFrame.TryReadId(Slice(offset, Used), out EventId id);
        Invariant.Must(isRead, "a segment holds frames");
        return id;
    }

    private int IndexAtOrBelow(EventId id)
    {
        int low = 1, high = _index![0];
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (ReadId(_index[middle]) <= id)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return high;
    }
}
