namespace RawSse.Bench.Load;

/// <summary>
/// What a load process measured during one command: one JSON line on its standard output. Times of CPU are nanoseconds.
/// </summary>
internal sealed record LoadReport
{
    /// <summary>Why the command failed; null when it did not.</summary>
    public string? Error { get; init; }
    public double Seconds { get; init; }
    public int Streams { get; init; }
    public int StreamsEnded { get; init; }
    public long Events { get; init; }
    public long Deliveries { get; init; }
    public long Reads { get; init; }
    public long Lost { get; init; }
    public long Repeated { get; init; }
    public long ServerCpu { get; init; }

    /// <summary>CPU of the Redis that only this server uses, which is not in <see cref="ServerCpu"/>.</summary>
    public long RedisCpu { get; init; }
    public long ClientCpu { get; init; }

    /// <summary>CPU that other processes used meanwhile (in ticks of 10 ms).</summary>
    public long ForeignCpu { get; init; }

    /// <summary>CPU that the hypervisor gave to others meanwhile.</summary>
    public long StolenCpu { get; init; }
    public double P50Us { get; init; }
    public double P90Us { get; init; }
    public double P99Us { get; init; }
    public double P999Us { get; init; }
    public double MaxUs { get; init; }

    /// <summary>Ids that the answers to publishes told, the first and the last.</summary>
    public string FirstId { get; init; } = "";
    public string LastId { get; init; } = "";

    /// <summary>What broke the promise: events lost or repeated, streams ended.</summary>
    public long Faults => Lost + Repeated + StreamsEnded;

    public double CpuUsPerDelivery => Deliveries == 0 ? 0 : ServerCpu / 1e3 / Deliveries;
    public double ClientUtilisation => Seconds == 0 ? 0 : ClientCpu / 1e9 / Seconds;
    public double ServerUtilisation => Seconds == 0 ? 0 : ServerCpu / 1e9 / Seconds;
}
