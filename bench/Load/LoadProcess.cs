using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load;

/// <summary>The main loop of a load process: a command a line in, a report a line out, until its input ends.</summary>
internal static class LoadProcess
{
    public static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    public static int Run(int port, int publishPort, ServerAccount server, bool isSpinning)
    {
        using var session = new LoadSession(port, publishPort, server, isSpinning);
        while (Console.In.ReadLine() is { } line)
        {
            var command = JsonSerializer.Deserialize<LoadCommand>(line, Json)!;
            Console.Out.WriteLine(JsonSerializer.Serialize(Execute(session, command), Json));
        }
        return 0;
    }

    private static LoadReport Execute(LoadSession session, LoadCommand command)
    {
        try
        {
            return session.Execute(command);
        }
        catch (Exception e) when (e is LoadException or Win32Exception)
        {
            return new LoadReport { Error = e.Message };
        }
    }
}
