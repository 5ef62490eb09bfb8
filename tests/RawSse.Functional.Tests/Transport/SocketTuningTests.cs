using System.Net;
using System.Net.Sockets;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>Accepted sockets really inherit what is set on the listener: read back from the kernel.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed unsafe class SocketTuningTests
{
    private static readonly object[] s_options =
    [
        new object[] { "TCP_NODELAY", LibC.IpProtoTcp, LibC.TcpNoDelay, 1 },
        new object[] { "SO_KEEPALIVE", LibC.SolSocket, LibC.SoKeepAlive, 1 },
        new object[] { "TCP_KEEPIDLE", LibC.IpProtoTcp, LibC.TcpKeepIdle, SocketTuning.KeepIdleSeconds },
        new object[] { "TCP_KEEPINTVL", LibC.IpProtoTcp, LibC.TcpKeepInterval, SocketTuning.KeepIntervalSeconds },
        new object[] { "TCP_KEEPCNT", LibC.IpProtoTcp, LibC.TcpKeepCount, SocketTuning.KeepCount },
        new object[] { "TCP_USER_TIMEOUT", LibC.IpProtoTcp, LibC.TcpUserTimeout, SocketTuning.UserTimeoutMs },
        new object[] { "TCP_NOTSENT_LOWAT", LibC.IpProtoTcp, LibC.TcpNotSentLowAt, SocketTuning.NotSentLowAtBytes },
    ];

    [TestCaseSource(nameof(s_options))]
    public void An_accepted_epoll_socket_inherits(string name, int level, int option, int expected)
    {
        using var harness = new TransportHarness(TransportKind.Epoll);
        using var pair = harness.Connect();
        Assert.That(GetOption(pair.Handle, level, option), Is.EqualTo(expected), name);
        Assert.That(GetOption((int)pair.Client.Handle, level, option), Is.Not.EqualTo(expected), "it is not the default");
    }

    [TestCaseSource(nameof(s_options))]
    public void An_accepted_system_socket_inherits(string name, int level, int option, int expected)
    {
        using var listener = new SharedListener(new IPEndPoint(IPAddress.Loopback, 0), dualStack: false, users: 1);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.EndPoint);
        using var accepted = listener.Socket.Accept();
        Assert.That(GetOption((int)accepted.Handle, level, option), Is.EqualTo(expected), name);
    }

    [Test]
    public void Dual_stack_is_set_as_decided([Values] bool dualStack)
    {
        // Not bound: binding to one address switches IPv4 off in any case, and a test does not listen on all of them.
        var endpoint = new IPEndPoint(IPAddress.IPv6Any, 0);
        int fd = EpollListener.Create(endpoint, dualStack);
        int v6Only = GetOption(fd, LibC.IpProtoIpV6, LibC.IpV6Only);
        _ = LibC.Close(fd);
        using var socket = SharedListener.Create(endpoint, dualStack);

        Assert.That(v6Only, Is.EqualTo(dualStack ? 0 : 1));
        Assert.That(socket.DualMode, Is.EqualTo(dualStack));
    }

    private static int GetOption(int fd, int level, int option)
    {
        int value = 0;
        uint length = sizeof(int);
        Assert.That(LibC.GetSockOpt(fd, level, option, &value, &length), Is.Zero);
        return value;
    }
}
