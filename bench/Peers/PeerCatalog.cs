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

    /// <summary>Those that can be started here.</summary>
    public static IEnumerable<Peer> Found => All.Where(peer => peer.Missing is null);

    public static Peer Find(string name) => All.FirstOrDefault(peer => peer.Name == name)
        ?? throw new LoadException($"There is no server '{name}': {string.Join(", ", All.Select(peer => peer.Name))}.");
}
