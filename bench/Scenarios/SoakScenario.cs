using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// Connects, cuts, resumes and publishes for a time; what the server still holds when all has gone is compared with what it held
/// after a first minute of the same. Histories are short, so that they are full by then.
/// </summary>
internal sealed class SoakScenario : IScenario
{
    private const double SecondsDefault = 600;
    private const double WarmUpSecondsMax = 60;
    private const int WarmUpShare = 4;
    private const int ConnectionsMax = 2_000;

    // Past the servers' own times for an idle channel and an emptied log, with the two seconds that --linger is set to.
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(6);

    // Logs and pages go two seconds after their last use, when their channel is looked at the next time.
    private const int RestSecondsMax = 40;

    // A connection leaves some 70 bytes of garbage, which is no growth: the collector runs often enough for it not to look like any.
    private const int GarbageBytesMax = 1 << 20;

    public string Name => "soak";

    public string Summary => "connects, cuts, resumes and publishes: growth of memory, descriptors, threads, segments; nothing lost";

    public string? Missing => RawSseProgram.Missing;

    public IEnumerable<string> Method(BenchOptions options) =>
        [$"{SoakPhase.Channels} channels of {SoakPhase.RatePerChannel} events/s, {SoakPhase.Channels * SoakPhase.ClientsPerChannel} clients that live up to 4 s each time; "
            + $"{WarmUp(options):0} s, then {Seconds(options):0} s."];

    public IEnumerable<NumberLine> Run(BenchContext context) => context.Subjects.SelectMany(peer => Own(peer) is { } server
        ? RunOne(context, peer, server)
        : [NumberLine.Skipped(Name, peer.Name, "growth", "its resumes and metrics are not ours to judge")]);

    private static double Seconds(BenchOptions options) => options.WindowSeconds > 0 ? options.WindowSeconds : SecondsDefault;

    private static double WarmUp(BenchOptions options) => Math.Min(WarmUpSecondsMax, Seconds(options) / WarmUpShare);

    private static RawSsePeer? Own(Peer peer)
    {
        string[] options = ["--max-length", "200", "--linger", "2s"];
        return peer.Name switch
        {
            "rawsse" => new RawSsePeer("epoll", options) { GarbageBytesMax = GarbageBytesMax },
            "rawsse-sockets" => new RawSsePeer("sockets", options) { GarbageBytesMax = GarbageBytesMax },
            "rawsse-uring" => new RawSsePeer("uring", options) { GarbageBytesMax = GarbageBytesMax },
            _ => null,
        };
    }

    private NumberLine[] RunOne(BenchContext context, Peer peer, RawSsePeer own)
    {
        using ServerProcess server = own.Start(context.ServerCpu, ConnectionsMax);
        var phase = new SoakPhase(server, own, context.Options.DataBytes);
        int seed = Environment.TickCount & 0xFFFFFF;
        BenchContext.Say($"{Name}: {peer.Name}, clients' lives from seed {seed}");
        phase.Run(WarmUp(context.Options), seed, seconds => Tell(peer, "warming up", seconds));
        SoakSnapshot before = Rest(server);
        phase.Run(Seconds(context.Options), seed + 1_000_000, seconds => Tell(peer, "soaking", seconds));
        return [.. new SoakLines(Name, peer.Name).All(phase.Tally, before, Rest(server))];
    }

    private void Tell(Peer peer, string what, double seconds)
    {
        const int Each = 15;
        if ((int)seconds % Each == 0) BenchContext.Say($"{Name}: {peer.Name}, {what}, {seconds:0} s");
    }

    private static SoakSnapshot Rest(ServerProcess server)
    {
        Thread.Sleep(s_rest);
        SoakSnapshot snapshot = SoakSnapshot.Take(server);
        for (int i = 0; i < RestSecondsMax && !snapshot.IsAtRest; i++)
        {
            Thread.Sleep(1000);
            snapshot = SoakSnapshot.Take(server);
        }
        return snapshot;
    }
}
