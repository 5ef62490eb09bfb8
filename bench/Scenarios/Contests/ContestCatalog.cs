namespace RawSse.Bench.Scenarios.Contests;

/// <summary>The contests, in the order they run in.</summary>
internal static class ContestCatalog
{
    public static IReadOnlyList<IContest> All { get; } =
    [
        new DeliveryContest("fanout", 1, "one event at a time to 10,000 subscribers"),
        new DeliveryContest("burst", BurstScenario.InFlight, "the same with 16 events in flight"),
        new LatencyContest(),
        new MemoryContest(),
        new ConnectContest(),
        new ReplayContest("replay", isOverRedis: false),
        new ReplayContest("replay-redis", isOverRedis: true),
        new PublishContest(),
    ];

    /// <summary>The contest of this name and its variants, such as <c>replay</c> and <c>replay-redis</c>.</summary>
    public static IReadOnlyList<IContest> OfCommand(string name)
    {
        string command = name.Split('-')[0];
        return [.. All.Where(contest => contest.Name.Split('-')[0] == command)];
    }

    /// <summary>Those whose name is asked for; none: all.</summary>
    public static IReadOnlyList<IContest> Asked(IReadOnlyList<string> names) =>
        [.. All.Where(contest => names.Count == 0 || names.Contains(contest.Name))];
}
