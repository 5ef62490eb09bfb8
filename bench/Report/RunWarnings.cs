using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Report;

/// <summary>What makes the figures of a run doubtful, as far as the run can see it itself.</summary>
internal sealed class RunWarnings(Machine machine, BenchOptions options, IReadOnlyList<RawMeasurement> raw)
{
    private const double ClientUtilisationMax = 0.9;
    private const double ForeignShareMax = 0.05;

    // /proc/stat counts ticks of 10 ms: a shorter window says nothing about others.
    private const double SecondsMin = 0.5;

    public IReadOnlyList<string> All => [.. OneCpu(), .. SaturatedClients(), .. ForeignLoad()];

    private IEnumerable<string> OneCpu() => machine.ServerCpu == machine.ClientCpu ? ["server and client share one CPU"] : [];

    private IEnumerable<string> SaturatedClients() => raw
        .Where(m => m.InFlight > 0 && !options.IsClientSpinning)
        .Where(m => m.Report.ClientUtilisation > ClientUtilisationMax && m.Report.ClientCpu > m.Report.ServerCpu)
        .GroupBy(m => (m.Scenario, m.Server))
        .Select(g => $"{g.Key.Scenario}, {g.Key.Server}: the client was saturated before the server in {g.Count()} windows; "
            + "latencies measure the client");

    private IEnumerable<string> ForeignLoad() => raw
        .Where(m => m.Phase is not ("busy" or "hot") && ForeignShare(m) > ForeignShareMax)
        .GroupBy(m => m.Scenario)
        .Select(g => $"{g.Key}: other processes or machines used up to {g.Max(ForeignShare):P0} of the CPUs in {g.Count()} windows; "
            + "measure on a quiet machine");

    private double ForeignShare(RawMeasurement m) => m.Report.Seconds < SecondsMin
        ? 0
        : (m.Report.ForeignCpu + m.Report.StolenCpu) / 1e9 / m.Report.Seconds / machine.Processors;
}
