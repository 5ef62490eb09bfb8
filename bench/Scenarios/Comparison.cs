using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// The same windows on several servers in turns (A, B, then B, A …), all of them up at once and idle when it is not
/// their turn, so that a drift of the machine meets all. Window i of one is paired with window i of the other.
/// </summary>
internal sealed class Comparison
{
    private readonly Dictionary<string, List<LoadReport>> _reports = [];

    /// <summary>Runs all rounds of a scenario with so many events in flight.</summary>
    public static Comparison Run(BenchContext context, string scenario, int subscribers, int inFlight)
    {
        var comparison = new Comparison();
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            string progress = $"round {round + 1} of {context.Options.Rounds}";
            BenchContext.Say($"{scenario}: {subscribers:N0} subscribers, {inFlight} in flight, {progress}");
            comparison.RunRound(context, scenario, subscribers, inFlight, round);
        }
        return comparison;
    }

    public Series Of(Peer peer, Func<LoadReport, double> figure) => new([.. _reports[peer.Name].Select(figure)]);

    /// <summary>The figure of one server divided by another's in the window beside it.</summary>
    public Series Ratio(Peer peer, Peer baseline, Func<LoadReport, double> figure) => Of(peer, figure).Over(Of(baseline, figure));

    public long Faults(Peer peer) => _reports[peer.Name].Sum(report => report.Faults);

    private void RunRound(BenchContext context, string scenario, int subscribers, int inFlight, int round)
    {
        var rigs = new List<Rig>();
        try
        {
            foreach (Peer peer in context.Contestants)
            {
                Rig rig = context.Start(peer, subscribers);
                rigs.Add(rig);
                rig.Open(subscribers);
                rig.WarmUp(subscribers);
            }
            for (int window = 0; window < context.Options.Windows; window++)
                foreach (Rig rig in (round + window) % 2 == 0 ? rigs : rigs.AsEnumerable().Reverse())
                {
                    LoadReport report = rig.Window(inFlight, subscribers);
                    Keep(context, new RawMeasurement(scenario, rig.Peer.Name, round, window, subscribers, inFlight, report));
                }
        }
        finally
        {
            foreach (Rig rig in rigs) rig.Dispose();
        }
    }

    private void Keep(BenchContext context, RawMeasurement measurement)
    {
        context.Keep(measurement);
        string server = measurement.Server;
        if (!_reports.TryGetValue(server, out List<LoadReport>? reports)) _reports[server] = reports = [];
        reports.Add(measurement.Report);
    }
}
