namespace RawSse.Bench.Load.Fleet;

/// <summary>All that a run of <c>load</c> measured. CPU is in nanoseconds, memory in bytes.</summary>
internal sealed record LoadResult
{
    public required LoadOptions Options { get; init; }

    /// <summary>One for each load process.</summary>
    public required IReadOnlyList<FleetReport> Processes { get; init; }
    public required int EventsPublished { get; init; }
    public int PublishesRefused { get; init; }
    public string? PublishRefusal { get; init; }

    /// <summary>Events of a closed loop that were given up after two seconds.</summary>
    public int Stalled { get; init; }

    /// <summary>Of publishing, or of counting.</summary>
    public required double Seconds { get; init; }
    public required bool IsServerKnown { get; init; }
    public long ServerCpu { get; init; }
    public long ServerMemory { get; init; }
    public double MemoryPerConnection { get; init; }

    /// <summary>Of the process that publishes and talks to the terminal.</summary>
    public long RunnerCpu { get; init; }
    public required Percentiles Latency { get; init; }

    /// <summary>At most what the load processes added to that.</summary>
    public required Percentiles ReaderDelay { get; init; }

    /// <summary>How late events were sent for no fault of the server.</summary>
    public required Percentiles PublisherDelay { get; init; }

    public bool WasEndedEarly { get; init; }

    /// <summary>What makes the figures doubtful.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public FleetReport Sum => LoadFleet.Sum(Processes);
}
