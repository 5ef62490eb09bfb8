using System.Globalization;
using RawSse.Bench;
using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;
using RawSse.Bench.Redis;
using RawSse.Bench.Scenarios;

try
{
    return args switch
    {
        ["floor", var port] => FloorServer.Run(Integer(port)),
        ["pushpin-origin", var port] => PushpinOrigin.Run(Integer(port)),
        ["load", var port, var publishPort, var server, var wait] =>
            LoadProcess.Run(Integer(port), Integer(publishPort), ServerAccount.Parse(server), wait == "spin"),
        ["bells", var listener, var redisPort, var channel] => BellProcess.Run(listener, Integer(redisPort), channel),
        ["peers", .. var names] => PeersCommand.Run(names),
        ["numbers", .. var rest] when !rest.Contains("--help") => NumbersCommand.Run(Suite.Numbers, CommandLine.Parse(Suite.Numbers, rest)),
        ["redis", .. var rest] when !rest.Contains("--help") => NumbersCommand.Run(Suite.Redis, CommandLine.Parse(Suite.Redis, rest)),
        [] or ["--help" or "-h" or "help" or "numbers" or "redis", ..] => Help(),
        _ => throw new LoadException($"There is no command '{args[0]}'; see --help."),
    };
}
catch (LoadException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Help()
{
    Console.Out.WriteLine(CommandLine.Help);
    return 0;
}
