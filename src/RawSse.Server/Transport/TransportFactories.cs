using RawSse.Server.Hosting;

namespace RawSse.Server.Transport;

/// <summary>Picks the transport that the options name.</summary>
internal static class TransportFactories
{
    /// <exception cref="PlatformNotSupportedException">epoll was asked for where there is none</exception>
    public static ITransportFactory Create(TransportKind kind) => kind switch
    {
        TransportKind.Auto or TransportKind.Epoll when OperatingSystem.IsLinux() => new EpollTransportFactory(),
        TransportKind.Epoll => throw new PlatformNotSupportedException(
            "transport epoll needs Linux; use sockets, or auto to have it chosen"),
        _ => new SocketsTransportFactory(),
    };
}
