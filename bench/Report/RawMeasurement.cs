using RawSse.Bench.Load;

namespace RawSse.Bench.Report;

/// <summary>One window as it was measured, for the JSON file.</summary>
internal sealed record RawMeasurement(
    string Scenario, string Server, int Round, int Window, int Subscribers, int InFlight, LoadReport Report);
