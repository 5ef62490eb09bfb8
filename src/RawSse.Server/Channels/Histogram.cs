namespace RawSse.Server.Channels;

/// <summary>Counts durations in buckets for a Prometheus histogram. One writer, any reader.</summary>
internal sealed class Histogram
{
    /// <summary>Upper bounds of the buckets, seconds: 10 µs to 10 s.</summary>
    public static readonly double[] Bounds =
        [0.00001, 0.000025, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private double _sumSeconds;

    public double SumSeconds => Volatile.Read(ref _sumSeconds);

    public void Record(TimeSpan duration)
    {
        double seconds = duration.TotalSeconds;
        int bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
            bucket++;
        _counts[bucket]++;
        Volatile.Write(ref _sumSeconds, _sumSeconds + seconds);
    }

    /// <summary>Adds this histogram's counts to <paramref name="totals"/> (one more than the bounds: the last is the rest).</summary>
    public void AddTo(Span<long> totals)
    {
        for (int i = 0; i < _counts.Length; i++)
            totals[i] += Volatile.Read(ref _counts[i]);
    }
}
