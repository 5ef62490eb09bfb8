namespace RawSse.Bench.Scenarios;

/// <summary>What the clients of the soak counted, over both of its phases.</summary>
internal sealed record SoakTally
{
    public long Connects { get; init; }
    public long Resumes { get; init; }
    public long Events { get; init; }
    public long Published { get; init; }
    public long Lost { get; init; }
    public long Repeated { get; init; }
    public long Surprises { get; init; }
}
