namespace RawSse.Bench.Scenarios.Contests;

/// <summary>Which side of a limit is the good one.</summary>
internal enum Bound
{
    AtLeast,
    AtMost,
    Below,
    /// <summary>0 in every window.</summary>
    Never,
}
