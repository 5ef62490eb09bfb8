using RawSse.Server.Hosting;

namespace RawSse.Functional.Tests.Support;

/// <summary>What each fixture runs over: the transport, the number of shards and, where the store matters, both stores.</summary>
internal static class Transports
{
    public static readonly Platform[] OneShard = [Over(TransportKind.Epoll, 1), Over(TransportKind.Sockets, 1)];

    public static readonly Platform[] OneAndThreeShards =
        [.. OneShard, Over(TransportKind.Epoll, 3), Over(TransportKind.Sockets, 3)];

    /// <summary>For everything that publishers and subscribers can see: the store must make no difference.</summary>
    public static readonly Platform[] BothStores =
        [.. OneAndThreeShards, Over(TransportKind.Epoll, 1, isRedis: true), Over(TransportKind.Sockets, 3, isRedis: true)];

    private static Platform Over(TransportKind transport, int shards, bool isRedis = false) => new(transport, shards, isRedis);
}
