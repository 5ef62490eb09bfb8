namespace RawSse.Server.Feed;

/// <summary>Counts of one feed. Written by its shard, read by any thread.</summary>
internal sealed class FeedMetrics
{
    public long Events;
    public long StoreReads;
}
