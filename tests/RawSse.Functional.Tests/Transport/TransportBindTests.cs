using System.Net;
using System.Net.Sockets;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>Listening: who may share a port with whom, and what a stopped listener leaves behind.</summary>
[TestFixture(TransportKind.Epoll)]
[TestFixture(TransportKind.Sockets)]
internal sealed class TransportBindTests(TransportKind kind)
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;

    private static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);

    [Test]
    public void Port_0_takes_a_free_port_for_all_shards()
    {
        using var factory = TransportFactories.Create(kind);
        var bound = factory.Bind([s_anyPort, s_anyPort, new IPEndPoint(IPAddress.IPv6Loopback, 0)], shards: 3);
        Assert.That(bound.Select(endpoint => endpoint.Port), Is.Unique.And.All.GreaterThan(0));
        Assert.That(bound.Select(endpoint => endpoint.Address).Distinct(), Has.Exactly(2).Items);
    }

    [Test]
    public void An_address_in_use_by_a_plain_listener_is_refused()
    {
        using var other = new TcpListener(s_anyPort);
        other.Start();
        AssertInUse((IPEndPoint)other.LocalEndpoint);
    }

    [Test]
    public void An_address_in_use_by_a_listener_with_SO_REUSEPORT_is_refused()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
        other.Bind(s_anyPort);
        other.Listen();
        AssertInUse((IPEndPoint)other.LocalEndPoint!);
    }

    [Test]
    public void An_address_in_use_by_another_server_of_ours_is_refused(
        [Values(TransportKind.Epoll, TransportKind.Sockets)] TransportKind otherKind)
    {
        using var other = TransportFactories.Create(otherKind);
        var bound = other.Bind([s_anyPort], shards: 2)[0];
        AssertInUse(bound);
    }

    [Test]
    public void The_same_endpoint_twice_is_in_use_and_leaves_nothing_bound()
    {
        var endpoint = FreeEndPoint();
        using var factory = TransportFactories.Create(kind);
        Assert.That(() => factory.Bind([endpoint, endpoint], shards: 2), Throws.TypeOf<TransportBindException>());
        Assert.That(factory.Bind([endpoint], shards: 2)[0], Is.EqualTo(endpoint), "the first try has let go of it");
    }

    [Test]
    public void An_address_of_another_machine_is_refused_in_plain_words()
    {
        using var factory = TransportFactories.Create(kind);
        var elsewhere = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 3000); // RFC 5737: nobody's
        var refusal = Assert.Throws<TransportBindException>(() => factory.Bind([elsewhere], shards: 1));
        Assert.That(refusal.Message, Is.EqualTo("192.0.2.1:3000: not an address of this machine"));
    }

    [Test]
    public void IPv4_and_IPv6_endpoints_share_a_port()
    {
        var endpoint = FreeEndPoint();
        using var factory = TransportFactories.Create(kind);
        var bound = factory.Bind([endpoint, new IPEndPoint(IPAddress.IPv6Loopback, endpoint.Port)], shards: 1);
        using var transport = factory.Create(0);
        foreach (var (listener, target) in bound.Index())
        {
            using var client = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(target);
            Assert.That(AcceptOn(transport, listener).ToString(), Is.EqualTo(client.LocalEndPoint!.ToString()));
        }
    }

    [Test]
    public void Connections_reach_every_shard()
    {
        const int Shards = 3, Clients = 120;
        using var factory = TransportFactories.Create(kind);
        var bound = factory.Bind([s_anyPort], Shards)[0];
        var transports = Enumerable.Range(0, Shards).Select(factory.Create).ToList();
        int[] accepted = new int[Shards];
        var clients = new List<Socket>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
            clients[^1].Connect(bound);
        }

        long start = Environment.TickCount64;
        while (accepted.Sum() < Clients && Environment.TickCount64 - start < TransportHarness.Patience.TotalMilliseconds)
        {
            for (int shard = 0; shard < Shards; shard++)
            {
                transports[shard].Poll(new TransportEvent[8], 1);
                while (transports[shard].Accept(0, out _, out _) == AcceptStatus.Accepted)
                    accepted[shard]++;
            }
        }

        TestContext.Out.WriteLine(string.Join(' ', accepted));
        Assert.That(accepted.Sum(), Is.EqualTo(Clients));
        Assert.That(accepted, Has.All.GreaterThan(0));
        clients.ForEach(client => client.Dispose());
        transports.ForEach(transport => transport.Dispose());
    }

    [Test]
    public void A_stopped_listener_refuses_who_waits_and_who_comes()
    {
        using var harness = new TransportHarness(kind);
        using var served = harness.Connect();
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        waiting.ReceiveTimeout = (int)TransportHarness.Patience.TotalMilliseconds;
        waiting.Connect(harness.EndPoint);
        harness.PollUntil(() => harness.Seen(ulong.MaxValue) != 0, "a waiting connection");

        harness.Transport.StopListening();
        Assert.That(
            () => waiting.Receive(new byte[1]),
            Throws.TypeOf<SocketException>().With.Property("SocketErrorCode").EqualTo(SocketError.ConnectionReset));
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.That(
            () => late.Connect(harness.EndPoint),
            Throws.TypeOf<SocketException>().With.Property("SocketErrorCode").EqualTo(SocketError.ConnectionRefused));
        Assert.That(harness.Transport.Accept(0, out _, out _), Is.EqualTo(AcceptStatus.WouldBlock));
        harness.Transport.PauseAccepting(false);
        served.Client.Send("x"u8);
        harness.WaitFor(served.Token, Readiness.Readable);
    }

    [Test]
    public void Dispose_resets_what_is_open()
    {
        var harness = new TransportHarness(kind);
        using var pair = harness.Connect();
        harness.Dispose();
        Assert.That(
            () => pair.Client.Receive(new byte[1]),
            Throws.TypeOf<SocketException>().With.Property("SocketErrorCode").EqualTo(SocketError.ConnectionReset));
    }

    private void AssertInUse(IPEndPoint endpoint)
    {
        foreach (int shards in new[] { 1, 2 })
        {
            using var factory = TransportFactories.Create(kind);
            var refusal = Assert.Throws<TransportBindException>(() => factory.Bind([endpoint], shards));
            Assert.That(refusal.Reason, Is.EqualTo("address already in use"));
            Assert.That(refusal.Endpoint, Is.EqualTo(endpoint));
        }
    }

    private static IPEndPoint FreeEndPoint()
    {
        using var probe = new TcpListener(s_anyPort);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }

    private static PeerAddress AcceptOn(ITransport transport, int listener)
    {
        long start = Environment.TickCount64;
        while (Environment.TickCount64 - start < TransportHarness.Patience.TotalMilliseconds)
        {
            transport.Poll(new TransportEvent[8], 100);
            if (transport.Accept(listener, out _, out var peer) == AcceptStatus.Accepted)
                return peer;
        }

        throw new AssertionException("nobody came");
    }
}
