using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>Windows of deliveries on several servers in turns. Window i of one is paired with window i of the other.</summary>
internal sealed class Comparison
{
    private readonly Dictionary<string, List<LoadReport>> _reports = [];

    /// <summary>Runs all rounds of a scenario with so many events in flight.</summary>
    public static Comparison Run(BenchContext context, string scenario, int subscribers, int inFlight)
    {
        var comparison = new Comparison();
        var turns = new Turns(context, subscribers)
        {
            Prepare = rig =>
            {
                rig.Open(subscribers);
                rig.WarmUp(subscribers);
            },
            Measure = (rig, round, window) => comparison.Keep(context, new RawMeasurement(
                scenario, rig.Peer.Name, round, window, subscribers, inFlight, rig.Window(inFlight, subscribers))),
        };
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            string progress = $"round {round + 1} of {context.Options.Rounds}";
            BenchContext.Say($"{scenario}: {subscribers:N0} subscribers, {inFlight} in flight, {progress}");
            turns.RunRound(round);
        }
        return comparison;
    }

    public Series Of(Peer peer, Func<LoadReport, double> figure) => new([.. _reports[peer.Name].Select(figure)]);

    /// <summary>The figure of one server divided by another's in the window beside it.</summary>
    public Series Ratio(Peer peer, Peer baseline, Func<LoadReport, double> figure) => Of(peer, figure).Over(Of(baseline, figure));

    public long Faults(Peer peer) => _reports[peer.Name].Sum(report => report.Faults);

    private void Keep(BenchContext context, RawMeasurement measurement)
    {
        context.Keep(measurement);
        string server = measurement.Server;
        if (!_reports.TryGetValue(server, out List<LoadReport>? reports)) _reports[server] = reports = [];
        reports.Add(measurement.Report);
    }
}
