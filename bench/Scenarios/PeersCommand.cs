using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// <c>peers</c>: names the servers that are found and those that are missing, and tries each one found with a few subscribers:
/// it delivers exactly, it replays if it says so, and when it was stopped nothing of it is left.
/// </summary>
internal static class PeersCommand
{
    private const int Subscribers = 50;
    private const int Events = 20;
    private const int Behind = 10;
    private const double QuietSeconds = 0.3;

    public static string Help => $"""
        Names (default: all): {string.Join(", ", PeerCatalog.All.Select(peer => peer.Name))}

        Each one found delivers {Events} events to {Subscribers} subscribers exactly, replays {Behind} if it can, and leaves nothing behind when it
        is stopped. Exit code 0: all that are found do; 1: one does not.
        """;

    /// <summary>Exit code 0: all that are found work; 1: one does not.</summary>
    /// <param name="names">the peers to look at; none: all</param>
    public static int Run(IReadOnlyList<string> names)
    {
        IEnumerable<Peer> asked = names.Count == 0 ? PeerCatalog.All : names.Select(PeerCatalog.Find);
        int failed = 0;
        foreach (Peer peer in asked)
        {
            string? problem = peer.Missing is null ? Try(peer) : null;
            if (problem is not null) failed++;
            string verdict = peer.Missing is { } reason ? $"missing: {reason}" : problem is null ? $"ok: {Describe(peer)}" : $"FAILED: {problem}";
            Console.Out.WriteLine($"{peer.Name,-16} {verdict}");
        }
        return failed == 0 ? 0 : 1;
    }

    private static string Describe(Peer peer) =>
        $"{Subscribers} subscribers, {Events} events"
            + (peer.HasReplay ? $", {Behind} replayed" : ", no replay")
            + (peer.HasChannels ? "" : ", one channel");

    /// <summary>What is wrong with it; null: nothing.</summary>
    private static string? Try(Peer peer)
    {
        string[] folders = Folders();
        try
        {
            IReadOnlyList<int> processes;
            string? problem;
            using (var rig = new Rig(new BenchContext(new BenchOptions()), peer, Subscribers))
            {
                ServerAccount account = rig.Account;
                processes = account.RedisPid is { } redis ? [.. account.Pids, redis] : account.Pids;
                problem = TryDelivery(rig) ?? (peer.HasReplay ? TryReplay(rig) : null) ?? (peer.HasChannels ? TryChannels(rig) : null);
            }
            int running = processes.Count(ProcessTree.IsRunning);
            return problem
                ?? (running > 0 ? $"{running} of its processes are left" : null)
                ?? (Folders().Except(folders).FirstOrDefault() is { } left ? $"{left} is left" : null);
        }
        catch (Exception e) when (Failures.IsOfOneServer(e))
        {
            return e.Message;
        }
    }

    private static string? TryDelivery(Rig rig)
    {
        rig.Open(Subscribers);
        LoadReport report = rig.Window(inFlight: 1, Subscribers, Events);
        return Inexact("delivery", report, Subscribers * Events) ?? (report.ServerCpu > 0 ? null : "it used no CPU");
    }

    private static string? TryReplay(Rig rig)
    {
        rig.Execute(new LoadCommand { Act = LoadAct.Close });
        LoadReport published = rig.Publish(1 + Behind);
        LoadReport resumed = rig.Open(Subscribers, lastEventId: published.FirstId, behind: Behind);
        LoadReport quiet = rig.Execute(new LoadCommand { Act = LoadAct.Listen, Seconds = QuietSeconds });
        return Inexact("replay", resumed, Subscribers * Behind)
            ?? Inexact("after the replay", quiet, 0)
            ?? Inexact("live after the replay", rig.Window(inFlight: 1, Subscribers, events: 1), Subscribers);
    }

    private static string? TryChannels(Rig rig)
    {
        const string Own = "own:{i}";
        rig.Open(Subscribers, Own);
        LoadReport report = rig.PublishEach(Own, inFlight: 4);
        return Inexact("a channel each", report, Subscribers);
    }

    private static string? Inexact(string what, LoadReport report, long expected) => report.Deliveries == expected && report.Faults == 0
        ? null
        : $"{what}: {report.Deliveries} of {expected} delivered, {report.Lost} lost, {report.Repeated} repeated, {report.StreamsEnded} ended";

    private static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), RunFolder.Prefix + "*");
}
