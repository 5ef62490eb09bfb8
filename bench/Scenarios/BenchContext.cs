using RawSse.Bench.Native;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>One run: its options, its CPUs, its servers, and what was measured so far.</summary>
internal sealed class BenchContext
{
    private const int FilesOfOthers = 1_000;

    private readonly List<RawMeasurement> _raw = [];

    public BenchContext(BenchOptions options)
    {
        Options = options;
        IReadOnlyList<int> cpus = Cpus.Allowed();
        (ServerCpu, ClientCpu) = (cpus[0], cpus[^1]);
        SubscribersMax = Math.Min(options.SubscribersMax, OpenFiles.Limit - FilesOfOthers);
        Baseline = PeerCatalog.Find(options.Baseline);
        Subjects = [.. options.Servers.Select(PeerCatalog.Find)];
    }

    public BenchOptions Options { get; }

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

    public void Keep(RawMeasurement measurement) => _raw.Add(measurement);

    /// <summary>One line of progress, on standard error so that the table can be piped.</summary>
    public static void Say(string line) => Console.Error.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}");
}
