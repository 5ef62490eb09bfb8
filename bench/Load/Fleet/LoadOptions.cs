namespace RawSse.Bench.Load.Fleet;

/// <summary>What <c>load</c> is asked for.</summary>
internal sealed record LoadOptions
{
    public required HttpTarget Target { get; init; }
    public int Connections { get; init; } = 1_000;

    /// <summary>Load processes; null: as few as the open-file limit allows.</summary>
    public int? Processes { get; init; }
    public double Seconds { get; init; } = 10;

    /// <summary>Events before those that are timed, as a time.</summary>
    public double WarmUpSeconds { get; init; } = 1;

    /// <summary>Events a second; ignored where <see cref="InFlight"/> is set.</summary>
    public double Rate { get; init; } = 10;

    /// <summary>Events in flight of a closed loop; 0: an open loop.</summary>
    public int InFlight { get; init; }

    /// <summary>Connections that events are published over.</summary>
    public int Publishers { get; init; } = 1;
    public HttpTarget? Publish { get; init; }
    public string PublishBody { get; init; } = PublishRequest.Place;
    public IReadOnlyList<string> Headers { get; init; } = [];
    public int DataBytes { get; init; } = 100;
    public double ConnectRate { get; init; }
    public int Slow { get; init; }
    public int SlowRate { get; init; } = 1_000;
    public string? LastEventId { get; init; }
    public int? Pid { get; init; }
    public IReadOnlyList<int> Cpus { get; init; } = [];
    public string? JsonFile { get; init; }

    /// <summary>As many as were asked for, or as the open-file limit asks for.</summary>
    public int ProcessCount => Processes ?? Math.Max(1, (Connections + LoadFleet.ConnectionsMax - 1) / LoadFleet.ConnectionsMax);

    public FleetPlan Plan(string? boardFile) => new()
    {
        Target = Target,
        Connections = Connections,
        ConnectRate = ConnectRate,
        Headers = Headers,
        LastEventId = LastEventId,
        Slow = Slow,
        SlowRate = SlowRate,
        IsNumbered = Publish is not null,
        BoardFile = boardFile,
    };
}
