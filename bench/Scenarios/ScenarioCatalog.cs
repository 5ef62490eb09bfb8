namespace RawSse.Bench.Scenarios;

/// <summary>The scenarios of <c>numbers</c>, in the order they run in.</summary>
internal static class ScenarioCatalog
{
    public static IReadOnlyList<IScenario> All { get; } = [
        new FloorCheckScenario(), new FanOutScenario(), new BurstScenario(), new MemoryScenario(), new ReplayScenario(),
        new ScaleScenario(), new IsolationScenario(),
    ];
}
