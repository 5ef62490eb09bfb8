using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Report;

/// <summary>All that a run of <c>numbers</c> found out.</summary>
internal sealed record NumbersResult(Machine Machine, BenchOptions Options, IReadOnlyList<NumberLine> Lines, IReadOnlyList<RawMeasurement> Raw)
{
    private const double ClientUtilisationMax = 0.9;
    private const double ForeignShareMax = 0.05;

    /// <summary>What makes the figures doubtful.</summary>
    public IReadOnlyList<string> Warnings => [
        .. Machine.Processors < 2 || Machine.ServerCpu == Machine.ClientCpu ? new[] { "server and client share one CPU" } : [],
        .. Raw.Where(m => m.Report.ClientUtilisation > ClientUtilisationMax && m.Report.ClientCpu > m.Report.ServerCpu && !Options.IsClientSpinning)
            .GroupBy(m => (m.Scenario, m.Server))
            .Select(g => $"{g.Key.Scenario}, {g.Key.Server}: the client was saturated before the server in {g.Count()} windows; latencies measure the client"),
        .. Raw.Where(m => Share(m.Report.ForeignCpu + m.Report.StolenCpu, m) > ForeignShareMax)
            .GroupBy(m => m.Scenario)
            .Select(g => $"{g.Key}: other processes (or machines) used {g.Max(m => Share(m.Report.ForeignCpu + m.Report.StolenCpu, m)):P0} of the CPUs in the worst of {g.Count()} windows; run it on a quiet machine"),
    ];

    private double Share(long cpu, RawMeasurement m) => m.Report.Seconds < 0.5 ? 0 : cpu / 1e9 / m.Report.Seconds / Machine.Processors;
}
