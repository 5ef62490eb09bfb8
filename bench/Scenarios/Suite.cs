using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>Scenarios that one command runs, with one table and one pair of files.</summary>
/// <param name="Name">the command, and what the files' names begin with</param>
/// <param name="Title">what the table's file is headed with</param>
/// <param name="Scenarios">in the order they run in</param>
/// <param name="Options">those of the command line that mean something here</param>
internal sealed record Suite(string Name, string Title, IReadOnlyList<IScenario> Scenarios, IReadOnlyList<string> Options)
{
    /// <summary>What is meant where the command line says nothing else.</summary>
    public BenchOptions Defaults { get; init; } = new();

    /// <summary>Against the floor, without Redis.</summary>
    public static Suite Numbers { get; } = new(
        "numbers", "Numbers",
        [
            new FloorCheckScenario(), new FanOutScenario(), new BurstScenario(), new MemoryScenario(), new ReplayScenario(),
            new ScaleScenario(), new IsolationScenario(),
        ],
        ["--server", "--baseline", "--subscribers", "--subscribers-max", "--rounds", "--windows", "--data-bytes", "--spin", "--out"]);

    /// <summary>On a Redis of its own, against what others do with the same one.</summary>
    public static Suite Redis { get; } = new(
        "redis", "Redis", [new DoorbellScenario(), new ConfirmedScenario(), new TwoNodesScenario()],
        ["--rounds", "--windows", "--data-bytes", "--out"]);

    /// <summary>Those that take long, each alone and once: a slow reader, churn, and a crowd over several nodes.</summary>
    public static IReadOnlyList<Suite> Long { get; } =
    [
        new("slow", "Slow reader", [new SlowScenario()], ["--server", "--subscribers", "--seconds", "--rounds", "--out"])
        {
            Defaults = new BenchOptions { Subscribers = 1_000, Rounds = 1 },
        },
        new("soak", "Soak", [new SoakScenario()], ["--server", "--seconds", "--out"]),
        new("crowd", "Crowd", [new CrowdScenario()], ["--connections", "--seconds", "--rounds", "--data-bytes", "--out"])
        {
            Defaults = new BenchOptions { Rounds = 1 },
        },
    ];

    /// <summary>The scenarios that were asked for: all, if none was named.</summary>
    public IEnumerable<IScenario> Asked(BenchOptions options) =>
        Scenarios.Where(scenario => options.Scenarios.Count == 0 || options.Scenarios.Contains(scenario.Name));

    /// <summary>Why they cannot run here, a line each.</summary>
    public IEnumerable<string> Missing(BenchContext context)
    {
        IEnumerable<string> reasons = Asked(context.Options)
            .Select(scenario => scenario.Missing is { } reason ? $"{scenario.Name}: {reason}" : null).OfType<string>();
        return ReferenceEquals(this, Numbers) ? reasons.Concat(context.Contestants.Select(Describe).OfType<string>()) : reasons;
    }

    private static string? Describe(Peer peer) => peer.Missing is { } reason ? $"{peer.Name}: {reason}" : null;
}
