using System.Net;
using System.Net.Sockets;

namespace RawSse.Server.Transport;

/// <summary>A listening socket that all shards accept on; it is closed when the last of them has stopped. Any thread.</summary>
internal sealed class SharedListener : IDisposable
{
    private int _users;

    /// <exception cref="TransportBindException"/>
    public SharedListener(IPEndPoint endpoint, bool dualStack, int users)
    {
        _users = users;
        Socket? socket = null;
        try
        {
            socket = Create(endpoint, dualStack);
            socket.Bind(endpoint);
            socket.Listen(SocketTuning.Backlog);
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw new TransportBindException(endpoint, Reason(error), error);
        }

        Socket = socket;
    }

    public Socket Socket { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>A socket with all its options, not bound yet.</summary>
    public static Socket Create(IPEndPoint endpoint, bool dualStack)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (OperatingSystem.IsWindows())
            socket.ExclusiveAddressUse = true; // or another process could take the port from under us
        if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = dualStack;
        SocketsTuning.Tune(socket);
        return socket;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();

    private static string Reason(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => BindReasons.InUse,
        SocketError.AddressNotAvailable => BindReasons.NotOurs,
        SocketError.AccessDenied => BindReasons.NotPermitted,
        SocketError.AddressFamilyNotSupported => BindReasons.NoSuchFamily,
        _ => error.Message,
    };
}
