using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>What a contest found out.</summary>
/// <param name="Measured">each figure of each server</param>
/// <param name="Judged">each target, also one that could not be judged</param>
/// <param name="Absent">who has no figures, or not all, and why: a line each</param>
internal sealed record ContestSection(
    IContest Contest, IReadOnlyList<NumberLine> Measured, IReadOnlyList<NumberLine> Judged, IReadOnlyList<Chart> Charts, IReadOnlyList<string> Absent);
