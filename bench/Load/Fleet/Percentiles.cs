namespace RawSse.Bench.Load.Fleet;

/// <summary>What is told of a histogram, in milliseconds.</summary>
internal sealed record Percentiles(long Count, double P50, double P90, double P99, double P999, double Max)
{
    public static Percentiles Of(LatencyHistogram histogram) => new(
        histogram.Count, At(histogram, 0.5), At(histogram, 0.9), At(histogram, 0.99), At(histogram, 0.999), At(histogram, 1));

    private static double At(LatencyHistogram histogram, double quantile) => histogram.Quantile(quantile) / 1e6;
}
