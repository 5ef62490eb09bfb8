using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>Makes the lines of one server out of a comparison.</summary>
internal sealed class ComparisonLines(string scenario, Comparison comparison, Peer peer, Peer baseline)
{
    /// <summary>A figure whose ratio to the baseline has a bound.</summary>
    public NumberLine Judge(string name, string unit, Func<LoadReport, double> figure, double ratioMax)
    {
        NumberLine line = Tell(name, unit, figure);
        return line with { Target = $"≤ {ratioMax:0.00} × {baseline.Name}", IsPassed = line.Ratio!.Median <= ratioMax };
    }

    /// <summary>A figure without a target.</summary>
    public NumberLine Tell(string name, string unit, Func<LoadReport, double> figure) => new(scenario, peer.Name, name, unit)
    {
        Value = comparison.Of(peer, figure),
        Baseline = comparison.Of(baseline, figure),
        Ratio = comparison.Ratio(peer, baseline, figure),
    };

    /// <summary>Everything arrived once and in order, and no stream ended.</summary>
    public NumberLine Exactness() => NumberLine.None(scenario, peer.Name, "lost, repeated, ended", comparison.Faults(peer));
}
