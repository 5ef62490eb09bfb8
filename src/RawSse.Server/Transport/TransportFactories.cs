using RawSse.Server.Hosting;

namespace RawSse.Server.Transport;

/// <summary>Picks the transport that the options name.</summary>
internal static class TransportFactories
{
    /// <exception cref="PlatformNotSupportedException">epoll or uring was asked for where there is none</exception>
    public static ITransportFactory Create(TransportKind kind) => kind switch
    {
        TransportKind.Auto or TransportKind.Epoll when OperatingSystem.IsLinux() => new EpollTransportFactory(),
        TransportKind.Uring when OperatingSystem.IsLinux() => new EpollTransportFactory(usesRings: true),
        TransportKind.Epoll or TransportKind.Uring => throw new PlatformNotSupportedException(
            $"transport {kind} needs Linux; use sockets, or auto to have one chosen"),
        _ => new SocketsTransportFactory(),
    };
}
