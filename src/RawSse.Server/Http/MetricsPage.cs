using System.Globalization;
using System.Text;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Shards;

namespace RawSse.Server.Http;

/// <summary>
/// The metrics of contract §5 as Prometheus text (exposition format 0.0.4). Reads the shards' counters while they run: each
/// number is right, and all are of about the same moment.
/// </summary>
internal static class MetricsPage
{
    public static byte[] Render(Node node)
    {
        var text = new StringBuilder(4096);
        Shard[] shards = node.Shards;
        long streams = shards.Sum(static shard => shard.Metrics.Streams);
        Declare(text, "rawsse_connections", "gauge", "Open connections.");
        Sample(text, "rawsse_connections{state=\"streaming\"}", streams);
        long closing = shards.Sum(static shard => shard.Metrics.Lingering);
        Sample(text, "rawsse_connections{state=\"closing\"}", closing);
        Sample(text, "rawsse_connections{state=\"request\"}", Math.Max(0, node.Connections.Count - streams - closing));
        Single(text, "rawsse_subscriptions", "gauge", "Channels that streams are subscribed to.", shards.Sum(static shard => shard.Metrics.Subscriptions));
        Single(text, "rawsse_events_total", "counter", "Events stored.", node.Feeds.Sum(static feed => feed.Metrics.Events));
        Single(text, "rawsse_deliveries_total", "counter", "Events sent, counted for each subscriber.", shards.Sum(static shard => shard.Metrics.Deliveries));
        Single(text, "rawsse_delivered_bytes_total", "counter", "Bytes of events sent.", shards.Sum(static shard => shard.Metrics.DeliveredBytes));
        Single(text, "rawsse_sends_total", "counter", "Send calls for streams.", shards.Sum(static shard => shard.Metrics.Sends));
        Single(text, "rawsse_sends_blocked_total", "counter", "Sends that the socket did not take whole.", shards.Sum(static shard => shard.Metrics.SendsBlocked));
        ByReason<CloseReason>(text, "rawsse_closes_total", "Connections closed.", reason => shards.Sum(shard => shard.Metrics.Closes[reason]));
        ByReason<RefusalReason>(text, "rawsse_refusals_total", "Requests and connections refused for a while.", reason => shards.Sum(shard => shard.Metrics.Refusals[reason]));
        Single(text, "rawsse_resumes_total", "counter", "Streams that began with a last event id.", shards.Sum(static shard => shard.Metrics.Resumes));
        Declare(text, "rawsse_replayed_events_total", "counter", "Events sent that were older than the stream.");
        Sample(text, "rawsse_replayed_events_total{source=\"log\"}", shards.Sum(static shard => shard.Metrics.ReplayedFromLog));
        Sample(text, "rawsse_replayed_events_total{source=\"store\"}", shards.Sum(static shard => shard.Metrics.ReplayedFromStore));
        Single(text, "rawsse_store_reads_total", "counter", "Pages read from the store.", node.Feeds.Sum(static feed => feed.Metrics.StoreReads));
        Single(text, "rawsse_gaps_repaired_total", "counter", "Reads that found events which no message had told of in order.", node.Feeds.Sum(static feed => feed.Metrics.GapsRepaired));
        ByReason<GapReason>(text, "rawsse_gap_events_total", "Gap events sent.",
            reason => shards.Sum(shard => shard.Metrics.Gaps[reason]) + node.Feeds.Sum(feed => feed.Metrics.Gaps[reason]));
        Times(text, "rawsse_fanout_seconds", "For each sweep of a shard: from the oldest unsent event known to its end.", shards.Select(static shard => shard.Metrics.Fanout));
        Single(text, "rawsse_store_up", "gauge", "Whether the store answers.", node.IsStoreUp ? 1 : 0);
        Times(text, "rawsse_store_seconds", "From asking the store to its answer, for publishes and reads.", node.Feeds.Select(static feed => feed.Metrics.Store));
        Declare(text, "rawsse_memory_bytes", "gauge", "Native memory of logs, pages and the embedded store.");
        foreach (MemoryKind kind in Enum.GetValues<MemoryKind>())
            Sample(text, $"rawsse_memory_bytes{{kind=\"{NameOf(kind)}\"}}", node.Budget.UsedBy(kind));
        Single(text, "rawsse_draining", "gauge", "Whether the node is draining.", node.IsDraining ? 1 : 0);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Times(StringBuilder text, string name, string help, IEnumerable<Histogram> histograms)
    {
        long[] counts = new long[Histogram.Bounds.Length + 1];
        double sum = 0;
        foreach (Histogram histogram in histograms)
        {
            histogram.AddTo(counts);
            sum += histogram.SumSeconds;
        }
        Declare(text, name, "histogram", help);
        long total = 0;
        for (int i = 0; i < Histogram.Bounds.Length; i++)
        {
            total += counts[i];
            string bound = Histogram.Bounds[i].ToString("0.######", CultureInfo.InvariantCulture);
            Sample(text, $"{name}_bucket{{le=\"{bound}\"}}", total);
        }
        total += counts[^1];
        Sample(text, $"{name}_bucket{{le=\"+Inf\"}}", total);
        text.Append(name).Append("_sum ").Append(sum.ToString("0.#########", CultureInfo.InvariantCulture)).Append('\n');
        Sample(text, $"{name}_count", total);
    }

    private static void ByReason<TReason>(StringBuilder text, string name, string help, Func<int, long> count)
        where TReason : struct, Enum
    {
        Declare(text, name, "counter", help);
        foreach (TReason reason in Enum.GetValues<TReason>())
        {
            int index = Convert.ToInt32(reason, CultureInfo.InvariantCulture);
            if (index != 0)
                Sample(text, $"{name}{{reason=\"{NameOf(reason)}\"}}", count(index));
        }
    }

    private static void Single(StringBuilder text, string name, string type, string help, long value)
    {
        Declare(text, name, type, help);
        Sample(text, name, value);
    }

    private static void Declare(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Sample(StringBuilder text, string name, long value) =>
        text.Append(name).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>SendTimeout → send_timeout.</summary>
    private static string NameOf<TValue>(TValue value)
        where TValue : struct, Enum
    {
        var name = new StringBuilder();
        foreach (char letter in value.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
                name.Append('_');
            name.Append(char.ToLowerInvariant(letter));
        }
        return name.ToString();
    }
}
