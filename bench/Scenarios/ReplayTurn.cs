using RawSse.Bench.Load;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>One storm against one server; those before the first window only warm it up.</summary>
internal sealed class ReplayTurn(BenchContext context, Rig rig, string scenario, int round, int window, Figures figures)
{
    public const string Opened = "opened";
    public const string Resumed = "resumed";
    public const string Faults = "faults";

    private const int Behind = 100;
    private const int WarmUpStreams = 2_000;
    private static readonly LoadCommand s_listen = new() { Act = LoadAct.Listen, Seconds = 0.3 };

    private readonly bool _isWarmUp = window < 0;
    private readonly int _streams = window < 0 ? Math.Min(WarmUpStreams, context.Options.Subscribers) : context.Options.Subscribers;

    /// <summary>Returns the account of the storm; null: the server knows no replay.</summary>
    public LoadReport? Run()
    {
        Keep(Opened, rig.Open(_streams));
        rig.CloseAndSettle();
        if (!rig.Peer.HasReplay) return null;

        LoadReport published = rig.Publish(1 + Behind);
        LoadReport resume = rig.Open(_streams, lastEventId: published.FirstId, behind: Behind);
        Keep(Resumed, resume);
        // Nothing may follow by itself, and the next live event comes once.
        LoadReport quiet = rig.Execute(s_listen);
        LoadReport live = rig.Window(1, _streams, events: 1);
        long wrong = Math.Abs(resume.Deliveries - (long)_streams * Behind) + quiet.Deliveries + Math.Abs(live.Deliveries - _streams);
        figures.Add(rig.Peer.Name, Faults, wrong + resume.Faults + quiet.Faults + live.Faults);
        rig.CloseAndSettle();
        return resume;
    }

    private void Keep(string phase, LoadReport report)
    {
        if (_isWarmUp) return;
        figures.Add(rig.Peer.Name, phase, report.ServerCpu / 1e3 / report.Streams);
        context.Keep(new RawMeasurement(scenario, rig.Peer.Name, round, window, _streams, 0, report) { Phase = phase });
    }
}
