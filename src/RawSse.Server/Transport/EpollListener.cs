using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace RawSse.Server.Transport;

/// <summary>
/// Opens the listening descriptors of <see cref="EpollTransport"/>. Every option of a connection is set here, on the
/// listener, since Linux copies them to what it accepts: tuning then costs a connection no system call.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class EpollListener
{
    /// <summary>Binds and listens; with <paramref name="shared"/> beside other listeners of ours.</summary>
    /// <exception cref="TransportBindException"/>
    public static int Open(IPEndPoint endpoint, bool dualStack, bool shared)
    {
        int fd = Create(endpoint, dualStack);
        try
        {
            if (shared)
                Share(fd, endpoint);
            byte* address = stackalloc byte[SocketAddressBytes.LengthMax];
            int length = SocketAddressBytes.Write(endpoint, new Span<byte>(address, SocketAddressBytes.LengthMax));
            Check(endpoint, LibC.Bind(fd, address, (uint)length));
            Check(endpoint, LibC.Listen(fd, SocketTuning.Backlog));
            return fd;
        }
        catch
        {
            _ = LibC.Close(fd);
            throw;
        }
    }

    /// <summary>A socket with all its options, not bound yet.</summary>
    /// <exception cref="TransportBindException"/>
    public static int Create(IPEndPoint endpoint, bool dualStack)
    {
        int family = endpoint.AddressFamily == AddressFamily.InterNetwork ? LibC.AfInet : LibC.AfInet6;
        int fd = LibC.Socket(family, LibC.SockStream | LibC.SockNonBlock | LibC.SockCloseOnExec, 0);
        Check(endpoint, fd);
        try
        {
            if (family == LibC.AfInet6)
                SetOption(fd, endpoint, LibC.IpProtoIpV6, LibC.IpV6Only, dualStack ? 0 : 1);
            SetOption(fd, endpoint, LibC.SolSocket, LibC.SoReuseAddr, 1); // not held up by our own TIME_WAITs
            Tune(fd, endpoint);
            return fd;
        }
        catch
        {
            _ = LibC.Close(fd);
            throw;
        }
    }

    /// <summary>Lets further sockets of this user listen on the same endpoint.</summary>
    public static void Share(int fd, IPEndPoint endpoint) =>
        SetOption(fd, endpoint, LibC.SolSocket, LibC.SoReusePort, 1);

    /// <summary>The port that a listener has really got.</summary>
    public static int Port(int fd, IPEndPoint endpoint)
    {
        byte* address = stackalloc byte[SocketAddressBytes.LengthMax];
        uint length = SocketAddressBytes.LengthMax;
        Check(endpoint, LibC.GetSockName(fd, address, &length));
        return SocketAddressBytes.ReadPort(new ReadOnlySpan<byte>(address, SocketAddressBytes.LengthMax));
    }

    private static void Tune(int fd, IPEndPoint endpoint)
    {
        SetOption(fd, endpoint, LibC.IpProtoTcp, LibC.TcpNoDelay, 1);
        SetOption(fd, endpoint, LibC.SolSocket, LibC.SoKeepAlive, 1);
        SetOption(fd, endpoint, LibC.IpProtoTcp, LibC.TcpKeepIdle, SocketTuning.KeepIdleSeconds);
        SetOption(fd, endpoint, LibC.IpProtoTcp, LibC.TcpKeepInterval, SocketTuning.KeepIntervalSeconds);
        SetOption(fd, endpoint, LibC.IpProtoTcp, LibC.TcpKeepCount, SocketTuning.KeepCount);
        SetOption(fd, endpoint, LibC.IpProtoTcp, LibC.TcpUserTimeout, SocketTuning.UserTimeoutMs);
        SetOption(fd, endpoint, LibC.IpProtoTcp, LibC.TcpNotSentLowAt, SocketTuning.NotSentLowAtBytes);
    }

    private static void SetOption(int fd, IPEndPoint endpoint, int level, int name, int value) =>
        Check(endpoint, LibC.SetSockOpt(fd, level, name, &value, sizeof(int)));

    private static void Check(IPEndPoint endpoint, int result)
    {
        if (result < 0)
            throw new TransportBindException(endpoint, Errno.BindReason(Marshal.GetLastSystemError()));
    }
}
