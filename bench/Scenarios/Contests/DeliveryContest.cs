using RawSse.Bench.Load;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>Events to all subscribers of one channel, so many in flight at a time; a new one follows when all have one.</summary>
internal sealed class DeliveryContest(string name, int inFlight, string summary) : IContest
{
    public string Name => name;

    public string Summary => summary;

    public string Method => inFlight == 1
        ? $"An event is published, awaited at every subscriber, then the next. {Rig.LeadEvents} go before each window, unmeasured."
        : $"{inFlight} events are in flight over {inFlight} connections: each is replaced once all subscribers have it. {Rig.LeadEvents} go before each window, unmeasured.";

    public IReadOnlyList<Figure> Figures { get; } = inFlight == 1
        ? [KnownFigures.Deliveries, KnownFigures.P50 with { IsCharted = false }, KnownFigures.P99 with { IsCharted = false }, KnownFigures.Faults]
        : [KnownFigures.Deliveries, KnownFigures.EventsARead, KnownFigures.P50 with { IsCharted = false }, KnownFigures.Faults];

    public ContestPlan Plan => new(Rounds: 5, Windows: 3, WindowSeconds: 1.5, StartSeconds: 3);

    public void Run(BenchContext context, Figures figures)
    {
        int subscribers = context.Options.Subscribers;
        new Turns(context, subscribers)
        {
            Prepare = rig =>
            {
                rig.Open(subscribers);
                rig.WarmUpFor(context.Options.WarmUpSeconds);
            },
            Measure = (rig, round, window) =>
            {
                LoadReport report = rig.WindowFor(context.Options.WindowSeconds, inFlight);
                context.Keep(new RawMeasurement(name, rig.Peer.Name, round, window, subscribers, inFlight, report));
                void Add(Figure figure, double value) => figures.Add(rig.Peer.Name, figure.Key, value);
                Add(KnownFigures.Deliveries, report.Deliveries / (report.ServerCpu / 1e9));
                Add(KnownFigures.EventsARead, (double)report.Deliveries / report.Reads);
                Add(KnownFigures.P50, report.P50Us / 1e3);
                Add(KnownFigures.P99, report.P99Us / 1e3);
                Add(KnownFigures.Faults, report.Faults);
            },
        }.RunAll();
    }
}
