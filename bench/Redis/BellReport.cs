namespace RawSse.Bench.Redis;

/// <summary>What a listener's process used for a number of doorbells: one JSON line on its standard output.</summary>
internal sealed record BellReport
{
    /// <summary>Why they did not all come to the log; null when they did.</summary>
    public string? Error { get; init; }

    /// <summary>User and system, all threads, ns.</summary>
    public long Cpu { get; init; }

    /// <summary>Bytes allocated on the managed heap, all threads.</summary>
    public long Allocated { get; init; }

    public int Collections { get; init; }

    public double Seconds { get; init; }
}
