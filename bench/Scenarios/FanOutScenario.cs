using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>One event at a time: published, awaited at every subscriber, then the next.</summary>
internal sealed class FanOutScenario : IScenario
{
    public string Name => "fanout";

    public string Summary => "one event at a time to all subscribers: CPU a delivery and latency against the floor";

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        Comparison comparison = Comparison.Run(context, Name, context.Options.Subscribers, inFlight: 1);
        foreach (Peer peer in context.Subjects)
        {
            var lines = new ComparisonLines(Name, comparison, peer, context.Baseline);
            yield return lines.Judge("server CPU a delivery", "µs", report => report.CpuUsPerDelivery, 1.10);
            yield return lines.Judge("median latency", "ms", report => report.P50Us / 1e3, 1.10);
            yield return lines.Tell("p99 latency", "ms", report => report.P99Us / 1e3);
            yield return lines.Exactness();
        }
    }
}
