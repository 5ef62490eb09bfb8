namespace RawSse.Bench.Load.Fleet;

/// <summary>What a load process is for: the first line that it reads, as JSON.</summary>
internal sealed record FleetPlan
{
    public required HttpTarget Target { get; init; }

    /// <summary>Its index among the processes of the fleet.</summary>
    public int Process { get; init; }

    public int Connections { get; init; }

    /// <summary>New connections a second; 0: as fast as the server answers them.</summary>
    public double ConnectRate { get; init; }

    /// <summary>How many may wait for their answer at once.</summary>
    public int ConnectingMax { get; init; } = 512;

    /// <summary>Whole lines of the request, beside those that each has.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public string? LastEventId { get; init; }

    /// <summary>How many of the connections are read slowly, and how many bytes of each a second.</summary>
    public int Slow { get; init; }

    public int SlowRate { get; init; }

    /// <summary>The events carry numbers; otherwise they are counted as a browser does.</summary>
    public bool IsNumbered { get; init; }

    /// <summary>The shared memory of a closed loop.</summary>
    public string? BoardFile { get; init; }
}
