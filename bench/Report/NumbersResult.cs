using System.Text.Json.Serialization;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Report;

/// <summary>All that a run found out.</summary>
internal sealed record NumbersResult(
    [property: JsonIgnore] Suite Suite, Machine Machine, BenchOptions Options, IReadOnlyList<NumberLine> Lines, IReadOnlyList<RawMeasurement> Raw)
{
    private const double ClientUtilisationMax = 0.9;
    private const double ForeignShareMax = 0.05;

    // /proc/stat counts ticks of 10 ms: a shorter window says nothing about others.
    private const double SecondsMin = 0.5;

    /// <summary>What makes the figures doubtful.</summary>
    public IReadOnlyList<string> Warnings => [.. OneCpu(), .. SaturatedClients(), .. ForeignLoad()];

    private IEnumerable<string> OneCpu() => Machine.ServerCpu == Machine.ClientCpu ? ["server and client share one CPU"] : [];

    private IEnumerable<string> SaturatedClients() => Raw
        .Where(m => m.InFlight > 0 && !Options.IsClientSpinning)
        .Where(m => m.Report.ClientUtilisation > ClientUtilisationMax && m.Report.ClientCpu > m.Report.ServerCpu)
        .GroupBy(m => (m.Scenario, m.Server))
        .Select(g => $"{g.Key.Scenario}, {g.Key.Server}: the client was saturated before the server in {g.Count()} windows; "
            + "latencies measure the client");

    private IEnumerable<string> ForeignLoad() => Raw
        .Where(m => m.Phase is not ("busy" or "hot") && ForeignShare(m) > ForeignShareMax)
        .GroupBy(m => m.Scenario)
        .Select(g => $"{g.Key}: other processes or machines used up to {g.Max(ForeignShare):P0} of the CPUs in {g.Count()} windows; "
            + "measure on a quiet machine");

    private double ForeignShare(RawMeasurement m) => m.Report.Seconds < SecondsMin
        ? 0
        : (m.Report.ForeignCpu + m.Report.StolenCpu) / 1e9 / m.Report.Seconds / Machine.Processors;
}
