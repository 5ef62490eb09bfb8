using System.ComponentModel;
using System.Runtime.InteropServices;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load;

/// <summary>Opens connections to a port of 127.0.0.1, from as many source addresses as the number of ports asks for.</summary>
internal sealed unsafe class Connector(int port)
{
    private const int ConnectionsPerSource = 10_000;

    // Another source network for each process, since ports of the last run may still be in TIME_WAIT.
    private readonly byte _network = (byte)(1 + Environment.ProcessId % 250);
    private int _opened;

    public int Port => port;

    /// <summary>A non-blocking socket that connects or has connected.</summary>
    public int Open()
    {
        int fd = Libc.Socket(Libc.AfInet, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        if (fd < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "socket");
        int source = _opened++ / ConnectionsPerSource;
        Libc.SetOption(fd, Libc.IpProtoIp, Libc.IpBindAddressNoPort, 1);
        Libc.SetOption(fd, Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
        var from = new SocketAddress(127, _network, (byte)(source / 250), (byte)(1 + source % 250), 0);
        if (Libc.Bind(fd, &from, sizeof(SocketAddress)) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "bind");
        SocketAddress to = SocketAddress.Loopback(port);
        if (Libc.Connect(fd, &to, sizeof(SocketAddress)) != 0 && Marshal.GetLastPInvokeError() != Libc.EInProgress)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "connect");
        return fd;
    }

    /// <summary>Sends a whole request. False: the socket is still connecting.</summary>
    public static bool TrySend(int fd, ReadOnlySpan<byte> request)
    {
        fixed (byte* start = request)
        {
            nint sent = Libc.SendChecked(fd, start, request.Length, Libc.MsgNoSignal);
            if (sent == request.Length) return true;
            if (sent >= 0) throw new LoadException($"The server took only {sent} bytes of a request of {request.Length}.");
        }
        int error = Marshal.GetLastPInvokeError();
        return error == Libc.EAgain ? false : throw new Win32Exception(error, "send of a request");
    }
}
