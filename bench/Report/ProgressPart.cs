namespace RawSse.Bench.Report;

/// <summary>A part of a run as it was planned.</summary>
internal sealed record ProgressPart(string Name, int Steps, double SecondsPerStep)
{
    public double Seconds => Steps * SecondsPerStep;
}
