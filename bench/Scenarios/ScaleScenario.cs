using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>Whether a delivery costs the same whatever the number of subscribers, the floor's own change divided out.</summary>
internal sealed class ScaleScenario : IScenario
{
    private const double ChangeMax = 1.3;

    public string Name => "scale";

    public string Summary => "CPU a delivery at 1,000, 5,000 and 19,000 subscribers, the floor's own change divided out";

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        int largest = context.SubscribersMax;
        int[] sizes = [.. new[] { 1_000, 5_000, largest }.Where(size => size <= largest).Distinct()];
        Comparison[] comparisons = [.. sizes.Select(size => Comparison.Run(context, Name, size, inFlight: 1))];
        foreach (Peer peer in context.Subjects)
        {
            NumberLine[] lines = [.. sizes.Zip(comparisons, (size, comparison) =>
                new ComparisonLines(Name, comparison, peer, context.Baseline)
                    .Tell($"server CPU a delivery at {size:N0}", "µs", report => report.CpuUsPerDelivery))];
            foreach (NumberLine line in lines) yield return line;
            double[] ratios = [.. lines.Select(line => line.Ratio!.Median)];
            var change = Series.One(ratios.Max() / ratios.Min());
            yield return NumberLine.AtMost(Name, peer.Name, "largest ratio : smallest", "", change, ChangeMax);
            yield return NumberLine.None(Name, peer.Name, "lost, repeated, ended", comparisons.Sum(comparison => comparison.Faults(peer)));
        }
    }
}
