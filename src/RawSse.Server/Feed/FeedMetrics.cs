using RawSse.Server.Channels;

namespace RawSse.Server.Feed;

/// <summary>Counts of one feed. Written by its shard, read by any thread.</summary>
internal sealed class FeedMetrics
{
    public long Events;
    public long StoreReads;

    /// <summary>Reads that found events which had not been announced, or not in order.</summary>
    public long GapsRepaired;

    /// <summary>Gap events put into logs, counted for each subscriber.</summary>
    public long[] Gaps { get; } = new long[Enum.GetValues<GapReason>().Length];

    /// <summary>From asking the store to its answer, for publishes and reads.</summary>
    public Histogram Store { get; } = new();
}
