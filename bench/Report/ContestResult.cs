using System.Text.Json.Serialization;
using RawSse.Bench.Scenarios;
using RawSse.Bench.Scenarios.Contests;

namespace RawSse.Bench.Report;

/// <summary>All that a run of contests found out.</summary>
/// <param name="Name">what its files' names begin with</param>
internal sealed record ContestResult(
    [property: JsonIgnore] string Name, string Title, Machine Machine, BenchOptions Options,
    [property: JsonIgnore] IReadOnlyList<ContestSection> Sections, IReadOnlyList<RawMeasurement> Raw)
{
    /// <summary>Measured and judged, in the order of the scenarios.</summary>
    public IReadOnlyList<NumberLine> Lines => [.. Sections.SelectMany(section => section.Measured.Concat(section.Judged))];

    /// <summary>Who has no figures, by scenario.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Absent => Sections.ToDictionary(section => section.Contest.Name, section => section.Absent);

    /// <summary>What makes the figures doubtful.</summary>
    public IReadOnlyList<string> Warnings { get; } = new RunWarnings(Machine, Options, Raw).All;

    [JsonIgnore]
    public IEnumerable<NumberLine> Judged => Sections.SelectMany(section => section.Judged);
}
