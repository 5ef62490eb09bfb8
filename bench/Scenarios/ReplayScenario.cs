using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// A reconnect storm: all subscribers come back a hundred events behind. Each must get those hundred and then the next
/// live event, once and in order. Beside it, what it costs to accept them when they are not behind.
/// </summary>
internal sealed class ReplayScenario : IScenario
{
    private const double CpuUsMax = 80;
    private const int WarmUps = 2;

    public string Name => "replay";

    public string Summary => "clients that reconnect 100 events behind: CPU each, everything exactly once";

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        var figures = new Figures();
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            BenchContext.Say($"{Name}: {context.Options.Subscribers:N0} clients, round {round + 1} of {context.Options.Rounds}");
            foreach (Peer peer in context.Contestants)
            {
                using Rig rig = context.Start(peer, context.Options.Subscribers);
                for (int window = -WarmUps; window < context.Options.Windows; window++)
                    new ReplayTurn(context, rig, Name, round, window, figures).Run();
            }
        }
        return context.Subjects.SelectMany(peer => Lines(peer, context.Baseline, figures));
    }

    private IEnumerable<NumberLine> Lines(Peer peer, Peer baseline, Figures figures)
    {
        Series floor = figures.Of(baseline.Name, ReplayTurn.Opened);
        Series opened = figures.Of(peer.Name, ReplayTurn.Opened);
        yield return new NumberLine(Name, peer.Name, "server CPU to accept a client, not behind", "µs")
        {
            Value = opened,
            Baseline = floor,
            Ratio = opened.Over(floor),
        };
        const string Resume = "server CPU a client, 100 events behind";
        if (!peer.HasReplay)
        {
            yield return NumberLine.Skipped(Name, peer.Name, Resume, "knows no replay");
            yield break;
        }
        yield return NumberLine.AtMost(Name, peer.Name, Resume, "µs", figures.Of(peer.Name, ReplayTurn.Resumed), CpuUsMax).Beside(floor);
        double faults = figures.Of(peer.Name, ReplayTurn.Faults).Values.Sum();
        yield return NumberLine.None(Name, peer.Name, "not exactly once and in order", (long)faults);
    }
}
