using RawSse.Server.Channels;

namespace RawSse.Server.Shards;

/// <summary>Counts of one shard since the start; some go down again. Written by its thread, read by any.</summary>
internal sealed class ShardMetrics
{
    public long Streams;
    public long Subscriptions;

    /// <summary>Connections that only wait for the peer's FIN.</summary>
    public long Lingering;
    public long Deliveries;
    public long DeliveredBytes;
    public long Sends;
    public long SendsBlocked;
    public long Resumes;
    public long ReplayedFromLog;
    public long ReplayedFromStore;

    /// <summary>Subscribers that left the log for their lag.</summary>
    public long LeftLog;

    public long[] Closes { get; } = new long[Enum.GetValues<CloseReason>().Length];

    public long[] Refusals { get; } = new long[Enum.GetValues<RefusalReason>().Length];

    public long[] Gaps { get; } = new long[Enum.GetValues<Feed.GapReason>().Length];

    /// <summary>For each sweep: from the oldest unsent event known to its end.</summary>
    public Histogram Fanout { get; } = new();
}
