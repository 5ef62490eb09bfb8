using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// The main of a load process of a fleet: its plan and then orders, a line each on its standard input; reports, a line each,
/// on its standard output; it ends with its input.
/// </summary>
internal static class FleetProcess
{
    public const string Command = "fleet-process";

    public static int Run()
    {
        // A terminal sends Ctrl-C to us too, but what we counted is still wanted.
        using var interrupts = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        var plan = JsonSerializer.Deserialize<FleetPlan>(Console.In.ReadLine()!, LoadProcess.Json)!;
        var orders = new ConcurrentQueue<FleetOrder>();
        bool isOver = false;
        var reader = new Thread(() =>
        {
            while (Console.In.ReadLine() is { } line) orders.Enqueue(JsonSerializer.Deserialize<FleetOrder>(line, LoadProcess.Json)!);
            Volatile.Write(ref isOver, true);
        })
        { IsBackground = true };
        reader.Start();
        try
        {
            using var session = new FleetSession(plan, orders, Tell);
            session.Run(() => Volatile.Read(ref isOver));
        }
        catch (Exception e) when (e is LoadException or Win32Exception)
        {
            Tell(new FleetReport { Error = e.Message });
        }
        return 0;
    }

    private static void Tell(FleetReport report) => Console.Out.WriteLine(JsonSerializer.Serialize(report, LoadProcess.Json));
}
