using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// A hot channel under full load, and beside it, from another process, single events to a channel of one subscriber.
/// </summary>
internal sealed class IsolationScenario : IScenario
{
    private const string QuietChannel = "user:42";
    private const double LatencyMsMax = 5;
    private const int ProbeEvents = 100;
    private const int ProbePaceMs = 50;
    private const double LeadSeconds = 1;
    private const double LoadSeconds = LeadSeconds + ProbeEvents * ProbePaceMs / 1000.0 + 2;
    private const double FullLoad = 0.85;

    public string Name => "isolation";

    public string Summary => "latency of user:42 while another channel is under full load";

    public IEnumerable<NumberLine> Run(BenchContext context) => context.Subjects.SelectMany(peer => peer.HasChannels
        ? Lines(peer, [.. Enumerable.Range(0, context.Options.Rounds).Select(round => RunRound(context, peer, round))])
        : [NumberLine.Skipped(Name, peer.Name, "median latency of user:42", "knows no channels")]);

    private IEnumerable<NumberLine> Lines(Peer peer, IReadOnlyList<Round> rounds)
    {
        Series Of(Func<Round, double> figure) => new([.. rounds.Select(figure)]);
        NumberLine Tell(string name, string unit, Series value) => new(Name, peer.Name, name, unit) { Value = value };

        yield return NumberLine.AtMost(Name, peer.Name, "median latency of user:42 under load", "ms", Of(r => r.Busy.P50Us / 1e3), LatencyMsMax);
        yield return Tell("p99 latency of user:42 under load", "ms", Of(r => r.Busy.P99Us / 1e3));
        yield return Tell("median latency of user:42 without load", "ms", Of(r => r.Idle.P50Us / 1e3));
        yield return Tell("deliveries a second of the hot channel", "", Of(r => r.Hot.Deliveries / r.Hot.Seconds));
        yield return NumberLine.None(Name, peer.Name, "lost, repeated, ended", rounds.Sum(r => r.Busy.Faults + r.Idle.Faults + r.Hot.Faults));
        yield return NumberLine.None(Name, peer.Name, "rounds without full load", rounds.Count(r => !r.IsUnderLoad));
    }

    private Round RunRound(BenchContext context, Peer peer, int round)
    {
        int subscribers = context.Options.Subscribers;
        BenchContext.Say($"{Name}: {subscribers:N0} subscribers, round {round + 1} of {context.Options.Rounds}");
        using Rig rig = context.Start(peer, subscribers);
        using LoadClient probe = rig.StartLoad();
        rig.Open(subscribers);
        probe.Execute(new LoadCommand { Act = LoadAct.Open, Count = 1, Path = peer.StreamPath(QuietChannel) });
        rig.WarmUp(subscribers);
        var single = new LoadCommand { Act = LoadAct.Window, Path = peer.PublishPath(QuietChannel), Format = peer.PublishFormat(QuietChannel), Events = ProbeEvents, PaceMs = ProbePaceMs };
        probe.Execute(single with { PaceMs = 5 });
        LoadReport idle = probe.Execute(single with { PaceMs = 10 });
        rig.Begin(new LoadCommand
        {
            Act = LoadAct.Window,
            Path = peer.PublishPath(Rig.HotChannel),
            Format = peer.PublishFormat(Rig.HotChannel),
            InFlight = BurstScenario.InFlight,
            Seconds = LoadSeconds,
            DataBytes = context.Options.DataBytes,
        });
        Thread.Sleep(TimeSpan.FromSeconds(LeadSeconds));
        LoadReport busy = probe.Execute(single);
        var result = new Round(idle, busy, rig.End());
        foreach ((string phase, LoadReport report) in new[] { ("idle", idle), ("busy", busy), ("hot", result.Hot) })
            context.Keep(new RawMeasurement(Name, peer.Name, round, 0, subscribers, BurstScenario.InFlight, report) { Phase = phase });
        return result;
    }

    private sealed record Round(LoadReport Idle, LoadReport Busy, LoadReport Hot)
    {
        /// <summary>The server was busy, and the hot window began before the single events and ended after them.</summary>
        public bool IsUnderLoad => Hot.ServerUtilisation >= FullLoad && Hot.Seconds > LeadSeconds + Busy.Seconds;
    }
}
