using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>Who takes part in a contest, and who does not and why.</summary>
internal sealed class ContestField
{
    private const string RedisSuffix = "-redis";

    // Compared with by numbers floor-check; a second floor says nothing in a chart.
    private const string FloorInC = "floor-c";

    private readonly Dictionary<string, string> _missing = [];
    private readonly IContest _contest;

    public ContestField(IContest contest, BenchOptions options)
    {
        _contest = contest;
        bool IsAsked(Peer peer) => options.Servers.Count > 0
            ? options.Servers.Contains(peer.Name)
            : contest.IsUsual(peer) && peer.Name != FloorInC;

        var found = new List<Peer>();
        foreach (Peer peer in PeerCatalog.All.Where(peer => peer.Name == options.Baseline || IsAsked(peer)))
            if (contest.Refuses(peer) is { } refusal) Leave(peer, options.Servers.Contains(peer.Name) ? refusal : null);
            else if (peer.Missing is { } reason) Leave(peer, reason);
            else found.Add(peer);
        Found = found;
        AreAllAsked = options.Servers.Count == 0;
    }

    public IReadOnlyList<Peer> Found { get; }

    /// <summary>Nobody was named, so who is not there is missed.</summary>
    public bool AreAllAsked { get; }

    /// <summary>Servers that are asked for and cannot take part, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Missing => _missing;

    /// <summary>Why a server has no figures; null: it takes part, or nobody asked for it.</summary>
    public string? ReasonWithout(string server) =>
        Found.Any(peer => peer.Name == server) ? null
        : _missing.TryGetValue(server, out string? reason) ? reason
        : !AreAllAsked ? null
        : PeerCatalog.All.FirstOrDefault(peer => peer.Name == server) is { } known ? _contest.Refuses(known) ?? "does not take part"
        : "this tool knows no such server yet";

    /// <summary>It has no Redis behind it.</summary>
    public static bool IsAlone(Peer peer) => !peer.Name.EndsWith(RedisSuffix, StringComparison.Ordinal);

    /// <summary>It is neither ours nor the floor.</summary>
    public static bool IsRival(string server) => !PeerCatalog.IsOurs(server) && !PeerCatalog.IsFloor(server);

    private void Leave(Peer peer, string? reason)
    {
        if (reason is not null) _missing[peer.Name] = reason;
    }
}
