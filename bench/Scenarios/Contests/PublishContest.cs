using RawSse.Bench.Load;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>What a publish costs when nobody listens: a request at a time, many at a time, and lines of NDJSON where they are known.</summary>
internal sealed class PublishContest : IContest
{
    private const int Connections = 64;

    // About half a second each.
    private const int BulkLinesASecond = 600_000;
    private const int BlockLines = 1_000;

    public string Name => "publish";

    public string Summary => "publish requests a server CPU-second without a subscriber";

    public string Method => $"POSTs of one event, each connection's next after its answer: over 1 keep-alive connection, then over {Connections}; "
        + "then NDJSON over one connection where the server takes it, each line answered.";

    public IReadOnlyList<Figure> Figures { get; } =
        [KnownFigures.PublishOne, KnownFigures.PublishMany, KnownFigures.RateOne, KnownFigures.RateMany, KnownFigures.Bulk, KnownFigures.BulkCpu];

    public ContestPlan Plan => new(Rounds: 5, Windows: 3, WindowSeconds: 1, StartSeconds: 3);

    public void Run(BenchContext context, Figures figures) => new Turns(context, connections: Connections)
    {
        Prepare = rig =>
        {
            rig.WindowFor(context.Options.WarmUpSeconds / 2, Connections);
            rig.WindowFor(context.Options.WarmUpSeconds / 2, 1);
            if (rig.Peer.HasBulk) rig.Bulk(Lines(context.Options.WarmUpSeconds / 2));
            rig.Settle();
        },
        Measure = (rig, round, window) =>
        {
            LoadReport Keep(string phase, LoadReport report)
            {
                context.Keep(new RawMeasurement(Name, rig.Peer.Name, round, window, 0, 0, report) { Phase = phase });
                return report;
            }

            double seconds = context.Options.WindowSeconds;
            Add(KnownFigures.PublishOne, KnownFigures.RateOne, Keep("1 connection", rig.WindowFor(seconds, 1)));
            Add(KnownFigures.PublishMany, KnownFigures.RateMany, Keep($"{Connections} connections", rig.WindowFor(seconds, Connections)));
            if (rig.Peer.HasBulk) Add(KnownFigures.BulkCpu, KnownFigures.Bulk, Keep("NDJSON", rig.Bulk(Lines(seconds))));

            void Add(Figure perCpuSecond, Figure perSecond, LoadReport report)
            {
                figures.Add(rig.Peer.Name, perCpuSecond.Key, report.Events / (report.ServerCpu / 1e9));
                figures.Add(rig.Peer.Name, perSecond.Key, report.Events / report.Seconds);
            }
        },
    }.RunAll();

    private static int Lines(double seconds) => Math.Max(1, (int)(seconds * BulkLinesASecond) / BlockLines) * BlockLines;
}
