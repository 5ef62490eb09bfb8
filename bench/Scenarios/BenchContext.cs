using RawSse.Bench.Native;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>One run: its options, its CPUs, its servers, and what was measured so far.</summary>
internal sealed class BenchContext
{
    private const int FilesOfOthers = 1_000;
    private const int FilesOfOthersShare = 4;

    private readonly List<RawMeasurement> _raw = [];

    public BenchContext(BenchOptions options)
    {
        Options = options;
        IReadOnlyList<int> cpus = Cpus.Allowed();
        (ServerCpu, ClientCpu) = (cpus[0], cpus[^1]);
        SubscribersMax = Math.Min(options.SubscribersMax, StreamsMax);
        Baseline = PeerCatalog.Find(options.Baseline);
        Subjects = [.. options.Servers.Select(PeerCatalog.Find)];
    }

    /// <summary>Streams of one process that the open-file limit allows.</summary>
    public static int StreamsMax { get; } = OpenFiles.Limit - Math.Min(FilesOfOthers, OpenFiles.Limit / FilesOfOthersShare);

    public BenchOptions Options { get; }

    /// <summary>Who failed; strict unless said otherwise.</summary>
    public Failures Failures { get; init; } = new(isTolerant: false);

    /// <summary>Where the steps of a contest are told; null: nowhere.</summary>
    public Progress? Progress { get; init; }

    /// <summary>Streams of one process: as many as asked for, or as the open-file limit leaves.</summary>
    public int SubscribersMax { get; }
    public int ServerCpu { get; }
    public int ClientCpu { get; }
    public Peer Baseline { get; }
    public IReadOnlyList<Peer> Subjects { get; }
    public IReadOnlyList<RawMeasurement> Raw => _raw;

    /// <summary>The servers that take turns: the baseline and each subject once.</summary>
    public IReadOnlyList<Peer> Contestants => [.. Subjects.Prepend(Baseline).DistinctBy(peer => peer.Name)];

    public Rig Start(Peer peer, int connections) => new(this, peer, connections);

    /// <summary>Does one step with a server, tells it, and what becomes of it if it fails.</summary>
    public void Attempt(Peer peer, int round, string step, Action act)
    {
        if (!Failures.IsOut(peer.Name)) Progress?.Step($"round {round + 1} of {Options.Rounds}: {peer.Name} {step}");
        if (Failures.Attempt(peer, act) is { } reason) Progress?.Tell($"{peer.Name} failed and is out of this scenario: {reason}");
    }

    public void Keep(RawMeasurement measurement) => _raw.Add(measurement);

    /// <summary>One line of progress, on standard error so that the table can be piped.</summary>
    public static void Say(string line) => Console.Error.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}");
}
