using RawSse.Bench.Load;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>What it costs to accept a connection, to read its GET and to start its stream.</summary>
internal sealed class ConnectContest : IContest
{
    private const int WarmUps = 3;
    private const int WarmUpConnections = 2_000;

    public string Name => "connect";

    public string Summary => "CPU to accept a connection and start its stream";

    public string Method => "All connections are opened as fast as they are answered, 512 waiting at a time, then closed.";

    public IReadOnlyList<Figure> Figures { get; } = [KnownFigures.ConnectCpu, KnownFigures.ConnectRate];

    public ContestPlan Plan => new(Rounds: 5, Windows: 3, WindowSeconds: 2.5, StartSeconds: 4);

    public void Run(BenchContext context, Figures figures)
    {
        int connections = context.Options.Subscribers;
        new Turns(context, connections)
        {
            Prepare = rig =>
            {
                for (int i = 0; i < WarmUps; i++)
                {
                    rig.Open(Math.Min(WarmUpConnections, connections));
                    rig.CloseAndSettle();
                }
            },
            Measure = (rig, round, window) =>
            {
                LoadReport report = rig.Open(connections);
                rig.CloseAndSettle();
                context.Keep(new RawMeasurement(Name, rig.Peer.Name, round, window, connections, 0, report));
                figures.Add(rig.Peer.Name, KnownFigures.ConnectCpu.Key, report.ServerCpu / 1e3 / connections);
                figures.Add(rig.Peer.Name, KnownFigures.ConnectRate.Key, connections / report.Seconds);
            },
        }.RunAll();
    }
}
