namespace RawSse.Bench.Report;

/// <summary>One figure measured several times.</summary>
internal sealed record Series(IReadOnlyList<double> Values)
{
    public double Median { get; } = MedianOf([.. Values.Order()]);
    public double Min { get; } = Values.Count == 0 ? double.NaN : Values.Min();
    public double Max { get; } = Values.Count == 0 ? double.NaN : Values.Max();

    public static Series One(double value) => new([value]);

    /// <summary>Paired measurements divided.</summary>
    public Series Over(Series other) => new([.. Values.Zip(other.Values, (ours, theirs) => ours / theirs)]);

    private static double MedianOf(double[] sorted) => sorted.Length == 0
        ? double.NaN
        : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
