using RawSse.Server.Hosting;

namespace RawSse.Functional.Tests.Support;

/// <summary>What each fixture runs over: the transport, and the number of shards.</summary>
internal static class Transports
{
    public static readonly object[] OneShard = [Over(TransportKind.Epoll, 1), Over(TransportKind.Sockets, 1)];

    public static readonly object[] OneAndThreeShards =
        [.. OneShard, Over(TransportKind.Epoll, 3), Over(TransportKind.Sockets, 3)];

    private static object[] Over(TransportKind transport, int shards) => [transport, shards];
}
