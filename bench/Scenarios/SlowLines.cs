using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>Makes the lines of one server out of what <see cref="SlowScenario"/> measured. Only our own promises are judged; of others is told what happens.</summary>
/// <param name="scenario">its name</param>
/// <param name="server">whose figures are meant</param>
/// <param name="figures">under the keys that stand here</param>
internal sealed class SlowLines(string scenario, string server, Figures figures)
{
    public const string Median = "p50";
    public const string P99 = "p99";
    public const string Memory = "memory";
    public const string Faults = "faults";
    public const string Silent = "silent";
    public const string Told = "told";
    public const string Unfinished = "unfinished";

    private const double RatioMax = 1.1;

    // --max-lag is 2 MiB of log that a slow reader may hold, and as much again for the segment at each end and its pages.
    private const double MegabytesMax = 4.2;

    /// <summary>The key of a figure on the server with the slow reader, or on the one without.</summary>
    public static string Key(string figure, bool hasSlowReader) => hasSlowReader ? $"{figure} with" : $"{figure} without";

    /// <param name="fate">what became of the slow reader, in words</param>
    public IEnumerable<NumberLine> All(string fate)
    {
        NumberLine p99 = Compared("p99 latency of the others, to without it", P99);
        yield return Judge(p99, $"≤ {RatioMax:0.0} ×", p99.Ratio!.Median <= RatioMax);
        yield return Compared("median latency of the others, to without it", Median);
        long faults = (long)figures.Of(server, Faults).Values.Sum();
        NumberLine others = Line("others: lost, repeated, disordered, ended", "", Series.One(faults));
        yield return Judge(others, "0", faults == 0);
        (Series with, Series without) = Pair(Memory);
        yield return Line("memory that grew", "MB", with) with { Baseline = without };
        NumberLine more = Line("memory that grew more than without it", "MB", new Series([.. with.Values.Zip(without.Values, (one, other) => one - other)]));
        yield return Judge(more, $"≤ {MegabytesMax} MB", more.Value!.Max <= MegabytesMax);
        yield return Never("slow one: lost silently, repeated or broken", Silent) with { Note = fate };
        yield return Never("slow one: did not get to the end", Unfinished);
        yield return Line("slow one: missing, and told by gap events", "", figures.Of(server, Told));
    }

    private NumberLine Never(string name, string figure)
    {
        Series value = figures.Of(server, figure);
        return Judge(Line(name, "", value), "0", value.Max == 0);
    }

    private NumberLine Compared(string name, string figure)
    {
        (Series with, Series without) = Pair(figure);
        return Line(name, "ms", with) with { Baseline = without, Ratio = with.Over(without) };
    }

    private (Series With, Series Without) Pair(string figure) =>
        (figures.Of(server, Key(figure, hasSlowReader: true)), figures.Of(server, Key(figure, hasSlowReader: false)));

    private NumberLine Line(string name, string unit, Series value) => new(scenario, server, name, unit) { Value = value };

    private NumberLine Judge(NumberLine line, string target, bool isPassed) =>
        PeerCatalog.IsOurs(server) ? line with { Target = target, IsPassed = isPassed } : line;
}
