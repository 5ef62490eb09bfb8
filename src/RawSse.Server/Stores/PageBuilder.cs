using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores;

/// <summary>Collects frames into one page segment: as many as fit, at least one.</summary>
internal struct PageBuilder(EventId after, int bytesMax, MemoryBudget budget)
{
    private Segment? _segment;

    /// <summary>Takes frames from the front of <paramref name="frames"/>.</summary>
    /// <returns>false: the page is full or <paramref name="until"/> was reached</returns>
    public bool TakeAll(ReadOnlySpan<byte> frames, EventId until)
    {
        while (!frames.IsEmpty)
        {
            bool readable = SseFrame.TryReadId(frames, out EventId id);
            Invariant.Must(readable, "a stored stream holds frames");
            if (id > until)
                return false;
            int length = SseFrame.FirstLength(frames);
            _segment ??= Segment.Allocate(Math.Max(length, bytesMax), 0, after, budget, MemoryKind.Page);
            if (!_segment.Fits(length))
                return false;
            _segment.Append(frames[..length], id);
            frames = frames[length..];
        }
        return true;
    }

    public readonly Segment? Finish() => _segment;
}
