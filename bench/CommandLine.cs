using System.Globalization;
using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench;

/// <summary>Reads the arguments of <c>numbers</c> and <c>redis</c>, and tells what there is.</summary>
internal static class CommandLine
{
    public static string Help => $"""
        Measures RawSse. Run it in Release: dotnet run -c Release --project bench -- numbers

        usage: RawSse.Bench numbers [scenario ...] [options]     against the bare system calls; all scenarios, or those named
               RawSse.Bench redis [scenario ...] [options]       on a redis-server of its own, against others that use it
               RawSse.Bench peers [NAME ...]                     which servers there are, each started once and tried
               RawSse.Bench floor PORT                           the floor server alone, on 127.0.0.1
               RawSse.Bench --help

        scenarios of numbers:
        {Describe(Suite.Numbers)}

        scenarios of redis, which takes the options {string.Join(", ", Suite.Redis.Options)}:
        {Describe(Suite.Redis)}

        options:
          --server NAME [NAME ...]  servers under test (default rawsse): {PeerNames}
          --baseline NAME           what ratios are taken to (default floor)
          --subscribers N           of the hot channel (default 10000)
          --subscribers-max N       of memory and the largest scale (default 19000; the open-file limit bounds it)
          --rounds N                times that the servers are started afresh (default 5)
          --windows N               measurements a server and round (default 3)
          --data-bytes N            of an event (default 100)
          --spin                    the client polls instead of sleeping, so servers pay no wake-ups
          --out FOLDER              for numbers.json and numbers.md, or redis.… (default bench/results/DATE-HOST)

        BENCH_RAWSSE=PATH (environment) measures another build of RawSse.Server(.dll).
        Exit code 0: every target is met; 1: one is missed; 2: it could not start.
        """;

    private static string PeerNames => string.Join(", ", PeerCatalog.All.Select(peer => peer.Name));

    /// <summary>Throws a <see cref="LoadException"/> that says what is wrong.</summary>
    public static BenchOptions Parse(Suite suite, IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        var scenarios = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal)) scenarios.Add(Known(suite, argument));
            else if (!suite.Options.Contains(argument)) throw new LoadException($"{suite.Name} has no option {argument}; see --help.");
            else if (argument == "--spin") options = options with { IsClientSpinning = true };
            else if (argument == "--server") options = options with { Servers = Names(arguments, ref i) };
            else if (i + 1 < arguments.Count) options = With(options, argument, arguments[++i]);
            else throw new LoadException($"{argument} needs a value.");
        }
        return options with { Scenarios = scenarios };
    }

    private static BenchOptions With(BenchOptions options, string name, string value) => name switch
    {
        "--baseline" => options with { Baseline = value },
        "--subscribers" => options with { Subscribers = Number(name, value) },
        "--subscribers-max" => options with { SubscribersMax = Number(name, value) },
        "--rounds" => options with { Rounds = Number(name, value) },
        "--windows" => options with { Windows = Number(name, value) },
        "--data-bytes" => options with { DataBytes = Math.Max(EventMarker.DataBytesMin, Number(name, value)) },
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

    private static string Describe(Suite suite) =>
        string.Join('\n', suite.Scenarios.Select(scenario => $"  {scenario.Name,-12} {scenario.Summary}"));

    private static string Known(Suite suite, string scenario) => suite.Scenarios.Any(known => known.Name == scenario)
        ? scenario
        : throw new LoadException($"{suite.Name} has no scenario '{scenario}'; see --help.");

    private static int Number(string name, string value) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new LoadException($"{name} {value}: a number above 0 is needed.");
}
