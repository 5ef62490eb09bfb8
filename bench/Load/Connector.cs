using System.ComponentModel;
using System.Runtime.InteropServices;
using RawSse.Bench.Native;
using IPAddress = System.Net.IPAddress;

namespace RawSse.Bench.Load;

/// <summary>
/// Opens connections to a port, on 127.0.0.0/8 from as many source addresses as the number of ports asks for, otherwise from
/// the one that the kernel takes.
/// </summary>
internal sealed unsafe class Connector(IPAddress address, int port)
{
    private const int ConnectionsPerSource = 10_000;

    // Another source network for each process, since ports of the last run may still be in TIME_WAIT.
    private readonly byte _network = (byte)(1 + Environment.ProcessId % 250);
    private int _opened;

    /// <summary>To a port of 127.0.0.1.</summary>
    public Connector(int port) : this(IPAddress.Loopback, port)
    {
    }

    public int Port => port;

    /// <summary>A non-blocking socket that connects or has connected.</summary>
    /// <param name="receiveBytes">what the kernel may keep for it unread; 0: its own choice</param>
    public int Open(int receiveBytes = 0)
    {
        int fd = Libc.Socket(Libc.AfInet, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        if (fd < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "socket");
        Libc.SetOption(fd, Libc.IpProtoIp, Libc.IpBindAddressNoPort, 1);
        Libc.SetOption(fd, Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
        // Before connecting, since the window's scale is agreed on then.
        if (receiveBytes > 0) Libc.SetOption(fd, Libc.SolSocket, Libc.SoReceiveBuffer, receiveBytes);
        if (IPAddress.IsLoopback(address)) BindSource(fd, _opened / ConnectionsPerSource);
        _opened++;
        SocketAddress to = SocketAddress.Of(address, port);
        if (Libc.Connect(fd, &to, sizeof(SocketAddress)) == 0) return fd;
        int error = Marshal.GetLastPInvokeError();
        if (error == Libc.EAddressNotAvailable)
            throw new LoadException($"No port is left on this machine for connection {_opened} to {address}: widen net.ipv4.ip_local_port_range or ask for fewer.");
        return error == Libc.EInProgress ? fd : throw new Win32Exception(error, "connect");
    }

    /// <summary>Waits until a socket is connected, or cannot be.</summary>
    public static void Await(int fd, TimeSpan patience)
    {
        long* timeout = stackalloc long[2] { (long)patience.TotalSeconds, 0 };
        var entry = new PollEntry { Fd = fd, Interest = PollEntry.Out };
        if (Libc.Poll(&entry, 1, timeout, null) <= 0) throw new LoadException($"No connection within {patience.TotalSeconds} s.");
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

    private void BindSource(int fd, int source)
    {
        var from = new SocketAddress(127, _network, (byte)(source / 250), (byte)(1 + source % 250), 0);
        if (Libc.Bind(fd, &from, sizeof(SocketAddress)) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "bind");
    }
}
