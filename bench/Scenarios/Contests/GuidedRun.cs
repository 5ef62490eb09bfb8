namespace RawSse.Bench.Scenarios.Contests;

/// <summary>What runs without arguments: says what it does, checks the machine, measures in short, and says what to run next.</summary>
internal static class GuidedRun
{
    private const int Subscribers = 10_000;

    // Five minutes are promised, and building and starting have taken some of them.
    private const double SecondsMax = 270;

    private static readonly string[] s_servers = ["rawsse", "rawsse-sockets"];

    /// <summary>Exit code 0: everything could be measured; 1: something failed.</summary>
    public static int Run()
    {
        var check = new MachineCheck(Subscribers);
        var options = new BenchOptions
        {
            Servers = s_servers,
            Subscribers = check.Streams,
            SubscribersMax = check.Streams,
            Rounds = 1,
            Windows = 3,
            WindowSeconds = 1,
            WarmUpSeconds = 2,
        };
        var run = new ContestRun(ContestCatalog.All, options) { SecondsMax = SecondsMax };
        ContestPrinter.Say(Introduction(run, check));
        List<ContestSection> sections = [];
        foreach (ContestSection section in run.Sections())
        {
            sections.Add(section);
            ContestPrinter.Print(section);
        }
        ContestPrinter.PrintEnd(run.Result("guided", "RawSse in short", sections));
        ContestPrinter.Say(Closing);
        return sections.Any(section => section.Absent.Count > 0) ? 1 : 0;
    }

    private static string Introduction(ContestRun run, MachineCheck check) => $"""
        This measures RawSse on both of its transports (epoll and sockets) beside the floor: what bare system calls cost on this
        machine, without any feature. Each scenario starts the three servers, warms them up and lets them take turns. It takes
        about {Math.Ceiling(run.PlannedSeconds / 60):0} minutes, five at most. There are three windows of a second instead of fifteen longer ones, so read the ratios as an indication.

        {string.Join('\n', check.Lines)}
        """;

    private const string Closing = """

        What to read: a ratio of ×1.00 to the floor means that nothing is left to save above the system calls. The floor keeps no
        history, knows no channels and drops what a slow reader does not take.
        What to run next, on a quiet machine:
          dotnet run -c Release --project bench -- fanout      one scenario as it is judged: all its windows, and every peer found
          dotnet run -c Release --project bench -- compare     all of them; an hour or more
          dotnet run -c Release --project bench -- --help      the rest
        """;
}
