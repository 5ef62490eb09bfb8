using RawSse.Protocol.Ids;

namespace RawSse.Server.Channels;

/// <summary>
/// First segments of one shard's logs, kept for the next channel that needs one: a channel of one event now and then
/// holds no memory between its events, and costs no allocation at them.
/// </summary>
internal sealed class SegmentPool(MemoryBudget budget)
{
    /// <summary>The size of a log's first segment: large enough for an ordinary event.</summary>
    public const int SegmentBytes = 512;

    private const int KeptMax = 256;

    private readonly Stack<Segment> _segments = new();

    public Segment Rent(int bytes, long start, EventId previousId)
    {
        if (bytes != SegmentBytes || !_segments.TryPop(out Segment? segment))
            return Segment.Allocate(bytes, start, previousId, budget, MemoryKind.Log);
        segment.Reset(start, previousId);
        return segment;
    }

    /// <summary>Takes a segment that nobody reads any more.</summary>
    public void Return(Segment segment)
    {
        if (segment.Capacity == SegmentBytes && _segments.Count < KeptMax && !Segment.KeepAndPoisonWhenFreed)
            _segments.Push(segment);
        else
            segment.Free();
    }

    public void Free()
    {
        while (_segments.TryPop(out Segment? segment))
            segment.Free();
    }
}
