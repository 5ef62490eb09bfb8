namespace RawSse.Bench.Report;

/// <summary>Something that a scenario measures of each server.</summary>
/// <param name="Key">what its values are kept under, and what its chart's file is named after</param>
/// <param name="Name">as it stands in tables</param>
internal sealed record Figure(string Key, string Name, string Unit = "")
{
    /// <summary>Otherwise less is better.</summary>
    public bool IsMoreBetter { get; init; }

    /// <summary>Has a chart; the others are in the table only.</summary>
    public bool IsCharted { get; init; }
}
