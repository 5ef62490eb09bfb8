using System.Text.Json.Serialization;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Report;

/// <summary>All that a run found out.</summary>
internal sealed record NumbersResult(
    [property: JsonIgnore] Suite Suite, Machine Machine, BenchOptions Options, IReadOnlyList<NumberLine> Lines, IReadOnlyList<RawMeasurement> Raw)
{
    /// <summary>What makes the figures doubtful.</summary>
    public IReadOnlyList<string> Warnings { get; } = new RunWarnings(Machine, Options, Raw).All;
}
