using System.Globalization;
using RawSse.Bench.Load;
using RawSse.Bench.Load.Fleet;
using RawSse.Bench.Micro;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;
using RawSse.Bench.Redis;
using RawSse.Bench.Scenarios;
using RawSse.Bench.Scenarios.Contests;

namespace RawSse.Bench.Commands;

/// <summary>All commands, and the way from the arguments to one of them.</summary>
internal static class CommandRegistry
{
    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<Command> All { get; } =
    [
        ContestCommand.Compare,
        .. ContestCommand.Singles,
        OfSuite(Suite.Numbers, "against the bare system calls; all scenarios, or those named"),
        OfSuite(Suite.Redis, "on a redis-server of its own, against others that use it"),
        .. Suite.Long.Select(suite => OfSuite(suite, suite.Scenarios[0].Summary, "[options]")),
        new("load", LoadTool.Arguments, "the load tool alone, against any server", LoadTool.Run) { Details = () => LoadArguments.Help },
        new("peers", "[NAME ...]", "which servers there are, each started once and tried", PeersCommand.Run) { Details = () => PeersCommand.Help },
        new("micro", "[FILTER] [--long] [--out FOLDER]", "the parts alone (BenchmarkDotNet), those with FILTER in their name", RunMicro)
        {
            Details = () => MicroOptions.Help,
        },
        new("floor", "PORT", "the floor server alone, on 127.0.0.1", arguments => FloorServer.Run(Port(arguments))),
        new("pushpin-origin", "PORT", "", arguments => PushpinOrigin.Run(Port(arguments))) { IsInternal = true },
        new("load-process", "PORT PUBLISH-PORT SERVER-ACCOUNT sleep|spin", "", RunLoadProcess) { IsInternal = true },
        new(FleetProcess.Command, "INDEX", "", _ => FleetProcess.Run()) { IsInternal = true },
        new("bells", "LISTENER REDIS-PORT CHANNEL", "", RunBells) { IsInternal = true },
    ];

    /// <summary>Exit code 2 and one line: the arguments are wrong, or it could not start.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            if (arguments is []) return GuidedRun.Run();
            if (arguments is ["--help" or "-h" or "help", ..]) return Tell(CommandLine.Help);
            Command command = All.FirstOrDefault(command => command.Name == arguments[0])
                ?? throw new LoadException($"There is no command '{arguments[0]}'; see --help.");
            if (command.IsInternal && arguments.Count - 1 != command.Arguments.Split(' ').Length)
                throw new LoadException($"{command.Name} needs {command.Arguments}; the load tool starts it itself.");
            bool isHelp = !command.IsInternal && arguments.Skip(1).Any(argument => argument is "--help" or "-h");
            return isHelp ? Tell(CommandLine.HelpOf(command)) : command.Run([.. arguments.Skip(1)]);
        }
        catch (LoadException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    private static Command OfSuite(Suite suite, string summary, string usage = "[scenario ...] [options]") => new(
        suite.Name, usage, summary, arguments => NumbersCommand.Run(suite, CommandLine.Parse(suite, arguments)))
    {
        Details = () => CommandLine.Describe(suite),
    };

    private static int RunMicro(IReadOnlyList<string> arguments) => MicroCommand.Run(MicroOptions.Parse(arguments));

    private static int RunLoadProcess(IReadOnlyList<string> arguments) => LoadProcess.Run(
        Integer(arguments[0]), Integer(arguments[1]), ServerAccount.Parse(arguments[2]), arguments[3] == "spin");

    private static int RunBells(IReadOnlyList<string> arguments) => BellProcess.Run(arguments[0], Integer(arguments[1]), arguments[2]);

    private static int Port(IReadOnlyList<string> arguments) =>
        arguments.Count == 1 && int.TryParse(arguments[0], CultureInfo.InvariantCulture, out int port) && port is > 0 and < 65_536
            ? port
            : throw new LoadException("floor needs one PORT from 1 to 65535; see --help.");

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int Tell(string text)
    {
        Console.Out.WriteLine(text);
        return 0;
    }
}
