using RawSse.Protocol.Ids;

namespace RawSse.Server.Channels;

/// <summary>
/// A run of encoded history, read once for everybody who needs it: everything after <see cref="After"/> up to
/// <see cref="LastId"/>. Immutable once made. Counted: the cache of its channel and each replay hold one; any shard may let go.
/// </summary>
internal sealed class Page(EventId after, EventId through, Segment frames)
{
    /// <summary>Most bytes of a page, unless one frame alone is larger.</summary>
    public const int BytesMax = 64 << 10;

    private int _holders = 1;

    public EventId After { get; } = after;

    /// <summary>The last frame's id, or beyond it that of an entry that is no event.</summary>
    public EventId LastId { get; } = through;

    public int Length => frames.Used;

    /// <summary>When it was last asked for, ms. Home shard.</summary>
    public long UsedAtMs { get; set; }

    public ReadOnlySpan<byte> Read(int from) => frames.Slice(from, frames.Used);

    /// <summary>Offset of what follows <paramref name="id"/>, if the page holds that id or starts after it. Home shard.</summary>
    public bool TryFindAfter(EventId id, out int offset)
    {
        offset = 0;
        if (id == After)
            return true;
        if (id < After || id >= LastId)
            return false;
        offset = frames.OffsetAfter(id, out EventId floor);
        // Only a frame's id counts, and behind the last frame there is nothing to take, though the page may reach further.
        return floor == id && offset > 0 && offset < frames.Used;
    }

    public Page Hold()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    public void LetGo()
    {
        int holders = Interlocked.Decrement(ref _holders);
        Invariant.Must(holders >= 0, "a page is let go once a holder");
        if (holders == 0)
            frames.Free();
    }
}
