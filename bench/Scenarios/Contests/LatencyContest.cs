using RawSse.Bench.Load;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>A steady rate of events that does not wait for anybody, each timed from when it was due.</summary>
internal sealed class LatencyContest : IContest
{
    private const int SubscribersMax = 1_000;
    private const int PaceMs = 20;

    // An event that is late holds up none of those that follow.
    private const int InFlightMax = 32;

    public string Name => "latency";

    public string Summary => "latency at 1,000 subscribers and 50 events a second, open loop";

    public string Method => $"1,000 subscribers, an event each {PaceMs} ms whatever became of those before, timed from when it was due to each recv.";

    public IReadOnlyList<Figure> Figures { get; } = [KnownFigures.P50, KnownFigures.P99, KnownFigures.P999, KnownFigures.Faults];

    public ContestPlan Plan => new(Rounds: 3, Windows: 3, WindowSeconds: 2, StartSeconds: 1.5);

    public void Run(BenchContext context, Figures figures)
    {
        int subscribers = Math.Min(SubscribersMax, context.Options.Subscribers);
        new Turns(context, subscribers)
        {
            Prepare = rig =>
            {
                rig.Open(subscribers);
                rig.WarmUpFor(context.Options.WarmUpSeconds);
                rig.PacedWindow(0.5, PaceMs, InFlightMax);
            },
            Measure = (rig, round, window) =>
            {
                LoadReport report = rig.PacedWindow(context.Options.WindowSeconds, PaceMs, InFlightMax);
                context.Keep(new RawMeasurement(Name, rig.Peer.Name, round, window, subscribers, InFlightMax, report));
                void Add(Figure figure, double value) => figures.Add(rig.Peer.Name, figure.Key, value);
                Add(KnownFigures.P50, report.P50Us / 1e3);
                Add(KnownFigures.P99, report.P99Us / 1e3);
                Add(KnownFigures.P999, report.P999Us / 1e3);
                Add(KnownFigures.Faults, report.Faults);
            },
        }.RunAll();
    }
}
