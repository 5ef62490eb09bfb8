using System.Text.Json.Serialization;

namespace RawSse.Bench.Scenarios;

/// <summary>What a run of the numbers is asked for.</summary>
internal sealed record BenchOptions
{
    /// <summary>Scenarios by name; none: all.</summary>
    public IReadOnlyList<string> Scenarios { get; init; } = [];

    /// <summary>Servers under test, by name; each is compared with <see cref="Baseline"/>.</summary>
    public IReadOnlyList<string> Servers { get; init; } = ["rawsse"];

    /// <summary>What ratios are taken to.</summary>
    public string Baseline { get; init; } = "floor";

    /// <summary>Subscribers of the hot channel.</summary>
    public int Subscribers { get; init; } = 10_000;

    /// <summary>Streams of the memory scenario and of the largest scale: what an open-file limit of 20,000 leaves.</summary>
    public int SubscribersMax { get; init; } = 19_000;

    /// <summary>Times that all servers are started afresh.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Measurements a server and round, taken in turns.</summary>
    public int Windows { get; init; } = 3;

    /// <summary>Length of a window where time ends it; 0: what the scenario takes.</summary>
    public double WindowSeconds { get; init; }

    /// <summary>Length of what goes before the first window, for the JIT compilers.</summary>
    public double WarmUpSeconds { get; init; } = 3;

    /// <summary>Connections of the crowd, over all of its nodes.</summary>
    public int Connections { get; init; } = 100_000;

    /// <summary>Bytes of an event's data.</summary>
    public int DataBytes { get; init; } = 100;

    /// <summary>The client polls instead of sleeping, so that servers pay no wake-ups.</summary>
    public bool IsClientSpinning { get; init; }

    /// <summary>Where results are written; null: bench/results/DATE-HOST.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>What the files of such a run are called: one with a polling client does not take the place of one without.</summary>
    public string FileName(string name) => IsClientSpinning ? $"{name}-spin" : name;

    /// <summary>A sentence about the client, for reports; empty for one that sleeps, as clients do.</summary>
    [JsonIgnore]
    public string ClientNote => IsClientSpinning ? " The client polls, so that no server pays for waking it." : "";
}
