using RawSse.Server.Channels;

namespace RawSse.Server.Feed;

/// <summary>Counts of one feed. Written by its shard, read by any thread.</summary>
internal sealed class FeedMetrics
{
    public long Events;
    public long StoreReads;

    /// <summary>From asking the store to its answer, for publishes and reads.</summary>
    public Histogram Store { get; } = new();
}
