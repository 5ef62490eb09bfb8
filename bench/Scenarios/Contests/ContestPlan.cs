namespace RawSse.Bench.Scenarios.Contests;

/// <summary>How often a contest measures, and about how long that takes.</summary>
/// <param name="Rounds">times that the servers are started afresh</param>
/// <param name="Windows">a server and round</param>
/// <param name="WindowSeconds">of a window that time ends, or about, of one that does not</param>
/// <param name="StartSeconds">about, of a start with all that goes before the first window but the warm-up</param>
internal sealed record ContestPlan(int Rounds, int Windows, double WindowSeconds, double StartSeconds)
{
    /// <summary>All servers are up and take turns; otherwise each does all of it when it is started.</summary>
    public bool HasTurns { get; init; } = true;
}
