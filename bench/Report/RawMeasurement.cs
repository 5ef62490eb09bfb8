using RawSse.Bench.Load;
using RawSse.Bench.Native;

namespace RawSse.Bench.Report;

/// <summary>One window as it was measured, for the JSON file.</summary>
internal sealed record RawMeasurement(
    string Scenario, string Server, int Round, int Window, int Subscribers, int InFlight, LoadReport Report)
{
    /// <summary>What was measured, where a scenario measures several things.</summary>
    public string? Phase { get; init; }

    /// <summary>The server's memory before and after, where that was measured.</summary>
    public ProcessMemory? Before { get; init; }

    public ProcessMemory? After { get; init; }
}
