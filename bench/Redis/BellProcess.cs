using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Protocol.Ids;
using RawSse.Server.Hosting;

namespace RawSse.Bench.Redis;

/// <summary>
/// The main loop of a listener's process: the id to wait for a line in, "begun" and then a report a line out, until its input ends.
/// </summary>
internal static class BellProcess
{
    public const string Ready = "ready";
    public const string Begun = "begun";

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static int Run(string listener, int redisPort, string channel)
    {
        // As a node does; whoever is compared with it gets the same.
        SocketCompletions.RunInline();
        using IBellListener subject = listener == BellClient.StackExchange
            ? new StackExchangeListener(redisPort, channel)
            : new RawSseListener(redisPort, channel);
        Console.Out.WriteLine(Ready);
        while (Console.In.ReadLine() is { } line)
        {
            if (!EventId.TryParse(Encoding.ASCII.GetBytes(line), out EventId last)) throw new LoadException($"{line} is no id.");
            Console.Out.WriteLine(Begun);
            Console.Out.WriteLine(JsonSerializer.Serialize(Measure(subject, last), LoadProcess.Json));
        }
        return 0;
    }

    private static BellReport Measure(IBellListener subject, EventId last)
    {
        long startedAt = Stopwatch.GetTimestamp();
        (long allocated, int collections, long cpu) = (GC.GetTotalAllocatedBytes(true), GC.CollectionCount(0), CpuClock.OfSelf());
        while (subject.LastId != last && Stopwatch.GetElapsedTime(startedAt) < s_patience) Thread.Sleep(s_look);
        cpu = CpuClock.OfSelf() - cpu;
        return new BellReport
        {
            Cpu = cpu,
            Allocated = GC.GetTotalAllocatedBytes(true) - allocated,
            Collections = GC.CollectionCount(0) - collections,
            Seconds = Stopwatch.GetElapsedTime(startedAt).TotalSeconds,
            Error = subject.LastId != last ? $"the log ends with {subject.LastId} instead of {last}"
                : subject.Faults > 0 ? $"{subject.Faults} doorbells were not appended as they came" : null,
        };
    }
}
