using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Support;

/// <summary>What each fixture runs over: the transport, the number of shards and, where the store matters, both stores.</summary>
internal static class Transports
{
    public static readonly Platform[] OneShard = [Over(TransportKind.Epoll, 1), Over(TransportKind.Sockets, 1)];

    public static readonly Platform[] OneAndThreeShards =
        [.. OneShard, Over(TransportKind.Epoll, 3), Over(TransportKind.Sockets, 3), .. Rings()];

    /// <summary>For everything that publishers and subscribers can see: the store must make no difference.</summary>
    public static readonly Platform[] BothStores =
        [.. OneAndThreeShards, Over(TransportKind.Epoll, 1, isRedis: true), Over(TransportKind.Sockets, 3, isRedis: true)];

    /// <summary>Nothing where the kernel has no io_uring, or forbids it.</summary>
    private static Platform[] Rings() => OperatingSystem.IsLinux() && SendRing.Missing() is null ? [Over(TransportKind.Uring, 1)] : [];

    private static Platform Over(TransportKind transport, int shards, bool isRedis = false) => new(transport, shards, isRedis);
}
