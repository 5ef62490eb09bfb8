using System.Globalization;
using RawSse.Bench.Commands;
using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench;

/// <summary>Reads the arguments of commands that run scenarios, and tells what there is.</summary>
internal static class CommandLine
{
    /// <summary>What each option of <see cref="BenchOptions"/> means.</summary>
    private static readonly (string Name, string Value, string Meaning)[] s_options =
    [
        ("--server", "NAME [NAME ...]", $"servers under test (numbers, slow, soak: rawsse; otherwise all that are found): {PeerNames}"),
        ("--baseline", "NAME", "what ratios are taken to (default floor)"),
        ("--subscribers", "N", "of the hot channel (default 10000; slow: 1000; latency: at most 1000)"),
        ("--subscribers-max", "N", "of memory and the largest scale (default 19000; the open-file limit bounds it)"),
        ("--rounds", "N", "times that the servers are started afresh (default 5, or what the scenario says; slow, crowd: 1)"),
        ("--windows", "N", "measurements a server and round (default 3, or what the scenario says; memory, isolation: always 1)"),
        ("--seconds", "S", "length of a window that time ends; of all of slow with its slow reader (default 600), soak (600), crowd (60)"),
        ("--connections", "N", "of crowd, over all of its nodes (default 100000)"),
        ("--data-bytes", "N", "of an event (default 100)"),
        ("--spin", "", "the client polls instead of sleeping, so servers pay no wake-ups"),
        ("--out", "FOLDER", "for the files of the result (default bench/results/DATE-HOST)"),
    ];

    public static string Help => $"""
        Measures RawSse. Run it in Release: dotnet run -c Release --project bench -- COMMAND

          {"(nothing)",-34} a guided run of a few minutes: RawSse beside the floor, in short
        {string.Join('\n', CommandRegistry.All.Where(command => !command.IsInternal).Select(Row))}
          {"--help",-34} this; COMMAND --help tells more

        BENCH_RAWSSE=PATH (environment) measures another build of RawSse.Server(.dll).
        Exit code 0: every target is met (the guided run: everything was measured); 1: not; 2: it could not start.
        """;

    /// <summary>The usage of one command and what it tells about itself.</summary>
    public static string HelpOf(Command command) => $"""
        usage: dotnet run -c Release --project bench -- {command.Name} {command.Arguments}

        {command.Summary}

        {command.Details?.Invoke()}
        """.TrimEnd();

    /// <summary>Its scenarios and options.</summary>
    public static string Describe(Suite suite) => $"""
        scenarios:
        {string.Join('\n', suite.Scenarios.Select(scenario => $"  {scenario.Name,-12} {scenario.Summary}"))}

        options:
        {DescribeOptions(suite.Options)}
        """;

    /// <summary>A line for each of these options.</summary>
    public static string DescribeOptions(IReadOnlyList<string> names) => string.Join('\n', s_options
        .Where(option => names.Contains(option.Name)).Select(option => $"  {$"{option.Name} {option.Value}",-25} {option.Meaning}"));

    private static string Row(Command command) => $"  {$"{command.Name} {command.Arguments}",-34} {command.Summary}";

    private static string PeerNames => string.Join(", ", PeerCatalog.All.Select(peer => peer.Name));

    /// <summary>Throws a <see cref="LoadException"/> that says what is wrong.</summary>
    public static BenchOptions Parse(Suite suite, IReadOnlyList<string> arguments) =>
        Parse(suite.Name, [.. suite.Scenarios.Select(scenario => scenario.Name)], suite.Options, arguments, suite.Defaults);

    /// <summary>The same for a command that knows these scenarios and options.</summary>
    /// <param name="options">what is not said otherwise</param>
    public static BenchOptions Parse(
        string command, IReadOnlyList<string> scenarios, IReadOnlyList<string> known, IReadOnlyList<string> arguments, BenchOptions options)
    {
        var asked = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal)) asked.Add(Known(command, scenarios, argument));
            else if (!known.Contains(argument)) throw new LoadException($"{command} has no option {argument}; see {command} --help.");
            else if (argument == "--spin") options = options with { IsClientSpinning = true };
            else if (argument == "--server") options = options with { Servers = Names(arguments, ref i) };
            else if (i + 1 < arguments.Count) options = With(options, argument, arguments[++i]);
            else throw new LoadException($"{argument} needs a value.");
        }
        return options with { Scenarios = asked };
    }

    private static BenchOptions With(BenchOptions options, string name, string value) => name switch
    {
        "--baseline" => options with { Baseline = value },
        "--subscribers" => options with { Subscribers = Number(name, value) },
        "--subscribers-max" => options with { SubscribersMax = Number(name, value) },
        "--rounds" => options with { Rounds = Number(name, value) },
        "--windows" => options with { Windows = Number(name, value) },
        "--data-bytes" => options with { DataBytes = Math.Max(EventMarker.DataBytesMin, Number(name, value)) },
        "--connections" => options with { Connections = Number(name, value) },
        "--seconds" => options with { WindowSeconds = Seconds(name, value) },
        "--out" => options with { OutputFolder = Path.GetFullPath(value) },
        _ => throw new LoadException($"There is no option {name}; see --help."),
    };

    // Names follow until one is a scenario or an option.
    private static List<string> Names(IReadOnlyList<string> arguments, ref int index)
    {
        var names = new List<string>();
        while (index + 1 < arguments.Count && IsPeer(arguments[index + 1])) names.Add(arguments[++index]);
        return names.Count > 0 ? names : throw new LoadException($"--server needs one of {PeerNames}.");
    }

    private static bool IsPeer(string name) => PeerCatalog.All.Any(peer => peer.Name == name);

    private static string Known(string command, IReadOnlyList<string> scenarios, string scenario) => scenarios.Contains(scenario)
        ? scenario
        : throw new LoadException($"{command} has no scenario '{scenario}'; see {command} --help.");

    private static double Seconds(string name, string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 3600
            ? seconds
            : throw new LoadException($"{name} {value}: a number of seconds above 0 is needed.");

    private static int Number(string name, string value) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new LoadException($"{name} {value}: a number above 0 is needed.");
}
