using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>Sixteen events in flight over sixteen connections: each is replaced once all subscribers have it.</summary>
internal sealed class BurstScenario : IScenario
{
    public const int InFlight = 16;

    public string Name => "burst";

    public string Summary => "16 events in flight to all subscribers: CPU a delivery against the floor";

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        Comparison comparison = Comparison.Run(context, Name, context.Options.Subscribers, InFlight);
        foreach (Peer peer in context.Subjects)
        {
            var lines = new ComparisonLines(Name, comparison, peer, context.Baseline);
            yield return lines.Judge("server CPU a delivery", "µs", report => report.CpuUsPerDelivery, 1.3);
            yield return lines.Tell("events a read", "", report => (double)report.Deliveries / report.Reads);
            yield return lines.Tell("median latency", "ms", report => report.P50Us / 1e3);
            yield return lines.Exactness();
        }
    }
}
