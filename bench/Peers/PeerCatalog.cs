using RawSse.Bench.Load;

namespace RawSse.Bench.Peers;

/// <summary>The servers that can be named on the command line.</summary>
internal static class PeerCatalog
{
    public static IReadOnlyList<Peer> All { get; } =
    [
        new FloorPeer(), new FloorCPeer(),
        new RawSsePeer("epoll"), new RawSsePeer("uring"), new RawSsePeer("sockets"), new RawSseRedisPeer(),
        new NchanPeer(hasRedis: false), new NchanPeer(hasRedis: true),
        new KestrelPeer("queued"), new KestrelPeer("swept"), new KestrelPeer("typed"),
        new SeedNodePeer(), new SeedNodeRedisPeer(),
        new BetterSsePeer(), new PushpinPeer(),
    ];

    /// <summary>It is RawSse, in whichever way.</summary>
    public static bool IsOurs(string server) => server.StartsWith("rawsse", StringComparison.Ordinal);

    /// <summary>It is bare system calls, in whichever language.</summary>
    public static bool IsFloor(string server) => server.StartsWith("floor", StringComparison.Ordinal);

    public static Peer Find(string name) => All.FirstOrDefault(peer => peer.Name == name)
        ?? throw new LoadException($"There is no server '{name}': {string.Join(", ", All.Select(peer => peer.Name))}.");
}
