using RawSse.Bench.Load.Fleet;

namespace RawSse.Bench.Scenarios;

/// <summary>What the readers that keep up saw in one window.</summary>
internal sealed record SlowWindow(FleetReport Report, Percentiles Latency)
{
    public long Faults => Report.Lost + Report.Repeated + Report.OutOfOrder + Report.EndedInWindow;
}
