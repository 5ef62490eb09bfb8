using RawSse.Bench.Commands;
using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary><c>compare</c>, and each scenario by its own name.</summary>
internal static class ContestCommand
{
    private const string CompareName = "compare";

    private static readonly string[] s_options =
        ["--server", "--baseline", "--subscribers", "--subscribers-max", "--rounds", "--windows", "--seconds", "--data-bytes", "--spin", "--out"];

    // Zeros: what each scenario takes by itself.
    private static readonly BenchOptions s_defaults = new() { Servers = [], Rounds = 0, Windows = 0 };

    /// <summary>All scenarios, or those named, over all servers that are found.</summary>
    public static Command Compare { get; } = new(
        CompareName, "[scenario ...] [options]", "all scenarios over all servers found, or those named", RunCompare)
    {
        Details = () => $"""
            It says which servers are missing, and goes on when one fails.

            scenarios:
            {string.Join('\n', ContestCatalog.All.Select(contest => $"  {contest.Name,-12} {contest.Summary}"))}

            {Targeted(ContestCatalog.All)}

            {Options}
            """,
    };

    /// <summary>A command a scenario. The one of a storm includes the storm over Redis.</summary>
    public static IEnumerable<Command> Singles =>
        from contest in ContestCatalog.All
        where ContestCatalog.OfCommand(contest.Name)[0] == contest
        select Single(contest.Name, contest.Summary);

    private static string Options => $"options:\n{CommandLine.DescribeOptions(s_options)}";

    private static Command Single(string name, string summary)
    {
        IReadOnlyList<IContest> contests = ContestCatalog.OfCommand(name);
        return new Command(name, "[options]", summary, arguments =>
            Run(name, contests, CommandLine.Parse(name, [], s_options, arguments, s_defaults)))
        {
            Details = () => $"{string.Join('\n', contests.Select(Describe))}\n\n{Targeted(contests)}\n\n{Options}",
        };
    }

    private static int RunCompare(IReadOnlyList<string> arguments)
    {
        string[] names = [.. ContestCatalog.All.Select(contest => contest.Name)];
        BenchOptions options = CommandLine.Parse(CompareName, names, s_options, arguments, s_defaults);
        string name = string.Join('-', options.Scenarios.Prepend(CompareName));
        return Run(name, ContestCatalog.Asked(options.Scenarios), options);
    }

    /// <summary>Exit code 0: every target is met or its peer is missing; 1: one is missed.</summary>
    private static int Run(string name, IReadOnlyList<IContest> contests, BenchOptions options)
    {
        PeerCatalog.Find(options.Baseline);
        var run = new ContestRun(contests, options);
        if (run.IsEmpty) throw new LoadException($"None of {string.Join(", ", options.Servers)} can take part in {name}; see --help.");
        ContestPrinter.Say($"{name}: about {Math.Ceiling(run.PlannedSeconds / 60):0} min; progress is on standard error.");
        foreach (string line in run.Field()) ContestPrinter.Say(line);
        List<ContestSection> sections = [];
        foreach (ContestSection section in run.Sections())
        {
            sections.Add(section);
            ContestPrinter.Print(section);
        }
        ContestResult result = run.Result(options.FileName(name), $"RawSse: {name}", sections);
        ContestPrinter.PrintEnd(result);
        return result.Judged.All(line => line.IsPassed != false) ? 0 : 1;
    }

    private static string Describe(IContest contest) =>
        $"{contest.Name}: {contest.Method}\n{contest.Plan.Rounds} rounds with {contest.Plan.Windows} of its windows each, unless --rounds and --windows say otherwise.";

    private static string Targeted(IReadOnlyList<IContest> contests) => "targets:\n" + string.Join('\n', Targets.All
        .Where(target => contests.Any(contest => contest.Name == target.Scenario))
        .Select(target => $"  {target.Scenario,-12} {target.Figure.Name,-44} {target.Describe(target.Against)}"));
}
