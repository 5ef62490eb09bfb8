using System.Numerics;

namespace RawSse.Bench.Load;

/// <summary>Counts of nanoseconds in buckets no wider than 1/128 of their value (as HdrHistogram with two digits).</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits) * SubBuckets];

    public long Count { get; private set; }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    public void Record(long nanoseconds)
    {
        _counts[Bucket(Math.Max(nanoseconds, 0))]++;
        Count++;
    }

    /// <summary>Pairs of a bucket and its count, for <see cref="Add"/> in another process.</summary>
    public IReadOnlyList<long> Export()
    {
        var pairs = new List<long>();
        for (int bucket = 0; bucket < _counts.Length; bucket++)
            if (_counts[bucket] > 0) pairs.AddRange([bucket, _counts[bucket]]);
        return pairs;
    }

    /// <summary>Adds what another histogram exported; quantiles are then those of both together.</summary>
    public void Add(IReadOnlyList<long> pairs)
    {
        for (int i = 0; i < pairs.Count; i += 2)
        {
            _counts[pairs[i]] += pairs[i + 1];
            Count += pairs[i + 1];
        }
    }

    /// <summary>The middle of the bucket that holds this quantile (0 to 1); 0 when nothing was recorded.</summary>
    public double Quantile(double quantile)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            rank -= _counts[bucket];
            if (rank <= 0 && _counts[bucket] > 0) return Middle(bucket);
        }
        return 0;
    }

    private static int Bucket(long value)
    {
        int shift = Math.Max(0, 63 - SubBits - BitOperations.LeadingZeroCount((ulong)value));
        return shift * SubBuckets + (int)(value >> shift);
    }

    private static double Middle(int bucket)
    {
        int shift = Math.Max(0, bucket / SubBuckets - 1);
        long low = (long)(bucket - shift * SubBuckets) << shift;
        return low + ((1L << shift) - 1) / 2.0;
    }
}
