using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>Whether the floor in C# may stand for the one in C: both ways of publishing, in turns.</summary>
internal sealed class FloorCheckScenario : IScenario
{
    private const double RatioMax = 1.05;

    public string Name => "floor-check";

    public string Summary => "the floor in C# against floor.c compiled with gcc -O2";

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        Peer ours = PeerCatalog.Find("floor");
        Peer theirs = PeerCatalog.Find("floor-c");
        if (theirs.Missing is { } reason) return [NumberLine.Skipped(Name, ours.Name, "server CPU a delivery", reason)];
        var check = new BenchContext(context.Options with { Servers = [ours.Name], Baseline = theirs.Name });
        NumberLine[] lines = [
            .. Check(check, ours, theirs, 1, "one at a time"),
            .. Check(check, ours, theirs, BurstScenario.InFlight, "16 in flight")];
        foreach (RawMeasurement measurement in check.Raw) context.Keep(measurement);
        return lines;
    }

    private IEnumerable<NumberLine> Check(BenchContext context, Peer ours, Peer theirs, int inFlight, string name)
    {
        Comparison comparison = Comparison.Run(context, Name, context.Options.Subscribers, inFlight);
        var lines = new ComparisonLines(Name, comparison, ours, theirs);
        return [lines.Judge($"server CPU a delivery, {name}", "µs", report => report.CpuUsPerDelivery, RatioMax), lines.Exactness()];
    }
}
