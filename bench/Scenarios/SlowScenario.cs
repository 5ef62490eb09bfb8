using RawSse.Bench.Load.Fleet;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// One slow reader among many: two servers of a kind, one with it and one without, get the same events in turns; then the slow
/// one reads all that it is still owed, which must be everything or say what is missing.
/// </summary>
internal sealed class SlowScenario : IScenario
{
    private const int BytesPerSecond = 1_000;
    private const int DataBytes = 1_000;
    private const double Rate = 50;
    private const int Windows = 10;
    private const double SecondsDefault = 600;
    private static readonly TimeSpan s_catchUpMax = TimeSpan.FromSeconds(60);

    public string Name => "slow";

    public string Summary => "one reader of 1 KB/s among 1,000: latency of the others, memory, and what becomes of it";

    public string? Missing => RawSseProgram.Missing;

    public IEnumerable<string> Method(BenchOptions options) =>
        [$"Server on one CPU, load on another. {options.Subscribers:N0} readers, {Rate:0} events/s of {DataBytes:N0} bytes for {Seconds(options):0} s with a reader of "
            + $"{BytesPerSecond:N0} B/s and as long without, in {Windows} windows each, in turns."];

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        var figures = new Figures();
        return context.Subjects.SelectMany(peer => RunOne(context, peer, figures)).ToList();
    }

    private IEnumerable<NumberLine> RunOne(BenchContext context, Peer peer, Figures figures)
    {
        if (peer.Missing is { } reason) return [NumberLine.Skipped(Name, peer.Name, "slow reader", reason)];
        try
        {
            string fate = "";
            for (int round = 0; round < context.Options.Rounds; round++) fate = RunRound(context, peer, round, figures);
            return new SlowLines(Name, peer.Name, figures).All(fate);
        }
        catch (Exception e) when (Failures.IsOfOneServer(e))
        {
            // What others do is told all the same.
            return [new NumberLine(Name, peer.Name, "ended early", "") { Note = $"{peer.Name}: {e.Message}", IsPassed = PeerCatalog.IsOurs(peer.Name) ? false : null }];
        }
    }

    private static double Seconds(BenchOptions options) => options.WindowSeconds > 0 ? options.WindowSeconds : SecondsDefault;

    // Returns what became of the slow reader.
    private string RunRound(BenchContext context, Peer peer, int round, Figures figures)
    {
        BenchOptions options = context.Options;
        using var with = new SlowServer(context, peer, options.Subscribers, DataBytes);
        using var without = new SlowServer(context, peer, options.Subscribers, DataBytes);
        foreach (SlowServer server in (SlowServer[])[with, without]) server.Window(4 * Rate, 2);
        (long memoryWith, long memoryWithout) = (with.Resident, without.Resident);
        using SlowReader slow = with.StartSlow(BytesPerSecond);
        for (int window = 0; window < Windows; window++)
        {
            BenchContext.Say($"{Name}: {peer.Name}, round {round + 1}, windows {window + 1} of {Windows}, the slow one has read {slow.Audit.Events:N0} of {with.LastNumber:N0} events");
            foreach (SlowServer server in window % 2 == 0 ? (SlowServer[])[with, without] : [without, with])
            {
                SlowWindow result = server.Window(Rate, Seconds(options) / Windows);
                figures.Add(peer.Name, SlowLines.Key(SlowLines.Median, server == with), result.Latency.P50);
                figures.Add(peer.Name, SlowLines.Key(SlowLines.P99, server == with), result.Latency.P99);
                figures.Add(peer.Name, SlowLines.Faults, result.Faults);
            }
        }
        figures.Add(peer.Name, SlowLines.Key(SlowLines.Memory, hasSlowReader: true), (with.Resident - memoryWith) / 1e6);
        figures.Add(peer.Name, SlowLines.Key(SlowLines.Memory, hasSlowReader: false), (without.Resident - memoryWithout) / 1e6);
        return CatchUp(peer, with, slow, figures);
    }

    private static string CatchUp(Peer peer, SlowServer server, SlowReader slow, Figures figures)
    {
        (long before, int closes, int resets) = (slow.Audit.Events, slow.Closes, slow.Resets);
        bool isThere = slow.CatchUp(server.LastNumber, s_catchUpMax);
        StreamAudit audit = slow.Audit;
        figures.Add(peer.Name, SlowLines.Silent, audit.LostSilently + audit.Repeated + slow.Broken);
        figures.Add(peer.Name, SlowLines.Told, audit.LostTold);
        figures.Add(peer.Name, SlowLines.Unfinished, isThere ? 0 : 1);
        string closed = closes == 0 ? "stayed connected" : $"was closed {closes} times ({resets} resets) and came back";
        string end = isThere ? "reached the last event" : $"is at {audit.Last:N0} of {server.LastNumber:N0}";
        return $"{peer.Name}: it {closed}; it had read {before:N0} events when publishing ended; at full speed it then {end}, with {audit.Gaps:N0} gap events for {audit.LostTold:N0} missing ones"
            + Told(server);
    }

    // What the server itself says of closed streams, where it has such metrics.
    private static string Told(SlowServer server) => RawSseMetrics.TryRead(server.Port) is { } metrics
        ? $"; closes by the server's own account: {metrics.NotZero("rawsse_closes_total")}"
        : "";
}
