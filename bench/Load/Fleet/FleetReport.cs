namespace RawSse.Bench.Load.Fleet;

/// <summary>How far a load process is: a line of JSON, twice a second and at the end of a window.</summary>
internal sealed record FleetReport
{
    /// <summary>Of a window that is finished; the histograms are there only then.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Why the process gave up; null: it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Connections begun, answered with a stream, answered otherwise or not at all, and ended by the server.</summary>
    public int Begun { get; init; }
    public int Opened { get; init; }
    public int Refused { get; init; }
    public int Ended { get; init; }

    /// <summary>Of those, how many ended since the window began.</summary>
    public int EndedInWindow { get; init; }

    /// <summary>What the first refused one was told.</summary>
    public string? Refusal { get; init; }
    public long Deliveries { get; init; }
    public long Timed { get; init; }
    public long Lost { get; init; }
    public long Repeated { get; init; }
    public long OutOfOrder { get; init; }
    public long SkippedBySlow { get; init; }
    public long Foreign { get; init; }

    /// <summary>Bytes of the streams, without response heads.</summary>
    public long Bytes { get; init; }
    public long Reads { get; init; }

    /// <summary>Of this process since the window began (or itself), and for how long that is.</summary>
    public long Cpu { get; init; }
    public double Seconds { get; init; }

    /// <summary>Pairs of a bucket and its count.</summary>
    public IReadOnlyList<long>? Latency { get; init; }
    public IReadOnlyList<long>? OwnDelay { get; init; }

    /// <summary>All connections were tried.</summary>
    public bool IsSettled(int connections) => Opened + Refused >= connections;
}
