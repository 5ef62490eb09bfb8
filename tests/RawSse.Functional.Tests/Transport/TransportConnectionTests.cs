using System.Net.Sockets;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>What a transport promises of one connection, over real sockets.</summary>
[TestFixture(TransportKind.Epoll)]
[TestFixture(TransportKind.Sockets)]
internal sealed class TransportConnectionTests(TransportKind kind)
{
    private TransportHarness _harness = null!;

    [SetUp]
    public void Bind() => _harness = new TransportHarness(kind);

    [TearDown]
    public void Unbind() => _harness.Dispose();

    [Test]
    public void A_connection_is_accepted_with_its_peers_address()
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(_harness.EndPoint);
        int handle = _harness.Accept(out var peer);
        Assert.That(peer.ToString(), Is.EqualTo(client.LocalEndPoint!.ToString()));
        _harness.Transport.Close(handle, reset: false);
    }

    [Test]
    public void A_listener_is_reported_until_its_connection_is_accepted()
    {
        using var client = new TcpClient();
        client.Connect(_harness.EndPoint);
        for (int i = 0; i < 3; i++)
        {
            _harness.Forget(ulong.MaxValue);
            _harness.WaitFor(ulong.MaxValue, Readiness.Acceptable);
        }

        int handle = _harness.Accept(out _);
        _harness.Forget(ulong.MaxValue);
        _harness.Poll(0);
        Assert.That(_harness.Seen(ulong.MaxValue), Is.EqualTo(Readiness.None));
        Assert.That(_harness.Transport.Accept(0, out _, out _), Is.EqualTo(AcceptStatus.WouldBlock));
        _harness.Transport.Close(handle, reset: false);
    }

    [Test]
    public void A_pause_hides_waiting_connections_until_it_ends()
    {
        _harness.Transport.PauseAccepting(true);
        using var client = new TcpClient();
        client.Connect(_harness.EndPoint);
        _harness.Poll(20);
        Assert.That(_harness.Seen(ulong.MaxValue), Is.EqualTo(Readiness.None));
        _harness.Transport.PauseAccepting(false);
        _harness.Transport.Close(_harness.Accept(out _), reset: false);
    }

    [Test]
    public void Bytes_that_came_before_the_registration_are_reported()
    {
        using var client = new TcpClient();
        client.Connect(_harness.EndPoint);
        client.Client.Send("early"u8);
        int handle = _harness.Accept(out _);
        _harness.Transport.Register(handle, 77);
        _harness.WaitFor(77, Readiness.Readable);
        var bytes = new List<byte>();
        Assert.That(_harness.Drain(handle, bytes), Is.EqualTo(TransferStatus.WouldBlock));
        Assert.That(bytes, Is.EqualTo("early"u8.ToArray()));
    }

    [Test]
    public void Torn_bytes_arrive_in_order()
    {
        using var pair = _harness.Connect();
        byte[] sent = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        var received = new List<byte>();
        foreach (byte one in sent)
        {
            pair.Client.Send([one]);
            int before = received.Count;
            _harness.PollUntil(
                () => _harness.Drain(pair.Handle, received, step: 1) == TransferStatus.WouldBlock && received.Count > before,
                "a byte");
        }

        Assert.That(received, Is.EqualTo(sent));
    }

    [Test]
    public void Each_arrival_after_WouldBlock_is_reported()
    {
        using var pair = _harness.Connect();
        var received = new List<byte>();
        Assert.That(_harness.Drain(pair.Handle, received), Is.EqualTo(TransferStatus.WouldBlock));
        for (int round = 0; round < 100; round++)
        {
            _harness.Forget(pair.Token);
            pair.Client.Send("x"u8);
            _harness.WaitFor(pair.Token, Readiness.Readable);
            Assert.That(_harness.Drain(pair.Handle, received), Is.EqualTo(TransferStatus.WouldBlock));
            Assert.That(received, Has.Count.EqualTo(round + 1));
        }
    }

    [Test]
    public void A_fin_after_bytes_is_told_after_the_bytes()
    {
        using var pair = _harness.Connect();
        pair.Client.Send("last words"u8);
        pair.Client.Shutdown(SocketShutdown.Send);
        var received = new List<byte>();
        _harness.PollUntil(() => _harness.Drain(pair.Handle, received) == TransferStatus.EndOfStream, "the end");
        Assert.That(received, Is.EqualTo("last words"u8.ToArray()));

        Assert.That(_harness.Transport.Send(pair.Handle, "answer"u8), Is.EqualTo(new TransferResult(TransferStatus.Done, 6)));
        byte[] answer = new byte[10];
        Assert.That(pair.Client.Receive(answer), Is.EqualTo(6), "half a connection still carries the answer");
    }

    [Test]
    public void A_fin_wakes_a_connection_that_reads_nothing()
    {
        using var pair = _harness.Connect();
        Assert.That(_harness.Drain(pair.Handle, []), Is.EqualTo(TransferStatus.WouldBlock));
        _harness.Forget(pair.Token);
        pair.Client.Shutdown(SocketShutdown.Send);
        _harness.WaitFor(pair.Token, Readiness.Readable);
        if (kind == TransportKind.Epoll)
            Assert.That(_harness.Seen(pair.Token) & Readiness.PeerClosed, Is.EqualTo(Readiness.PeerClosed));
        Assert.That(_harness.Drain(pair.Handle, []), Is.EqualTo(TransferStatus.EndOfStream));
    }

    [Test]
    public void A_reset_fails_the_connection()
    {
        using var pair = _harness.Connect();
        Assert.That(_harness.Drain(pair.Handle, []), Is.EqualTo(TransferStatus.WouldBlock));
        _harness.Forget(pair.Token);
        pair.Client.LingerState = new LingerOption(true, 0);
        pair.Client.Close();
        var news = kind == TransportKind.Epoll ? Readiness.Failed : Readiness.None; // sockets may leave it to the receive
        _harness.PollUntil(() => _harness.Seen(pair.Token) != 0, "any news");
        Assert.That(_harness.Seen(pair.Token) & news, Is.EqualTo(news));
        Assert.That(_harness.Drain(pair.Handle, []), Is.EqualTo(TransferStatus.Failed));
        Assert.That(_harness.Transport.Send(pair.Handle, "x"u8).Status, Is.EqualTo(TransferStatus.Failed));
        _harness.Transport.Close(pair.Handle, reset: true);
    }

    [Test]
    public void Shutdown_ends_the_clients_stream_and_reading_goes_on()
    {
        using var pair = _harness.Connect();
        _harness.Transport.Send(pair.Handle, "bye"u8);
        _harness.Transport.ShutdownSend(pair.Handle);
        Assert.That(ReadToEnd(pair.Client), Is.EqualTo("bye"u8.ToArray()));
        pair.Client.Send("still here"u8);
        var received = new List<byte>();
        _harness.PollUntil(
            () => _harness.Drain(pair.Handle, received) == TransferStatus.WouldBlock && received.Count == 10, "what came after");
    }

    [Test]
    public void A_close_delivers_what_was_sent_and_then_a_fin()
    {
        using var pair = _harness.Connect();
        _harness.Transport.Send(pair.Handle, "bye"u8);
        _harness.Transport.Close(pair.Handle, reset: false);
        Assert.That(ReadToEnd(pair.Client), Is.EqualTo("bye"u8.ToArray()));
    }

    [Test]
    public void A_close_with_reset_resets()
    {
        using var pair = _harness.Connect();
        _harness.Transport.Close(pair.Handle, reset: true);
        Assert.That(
            () => ReadToEnd(pair.Client),
            Throws.TypeOf<SocketException>().With.Property("SocketErrorCode").EqualTo(SocketError.ConnectionReset));
    }

    [Test]
    public void Nothing_is_reported_of_a_closed_connection_though_its_handle_is_used_again()
    {
        using var first = _harness.Connect();
        _harness.Drain(first.Handle, []);
        first.Client.Send("unread"u8);
        _harness.WaitFor(first.Token, Readiness.Readable);

        // The client connects before the handle is free, so that the lowest free one is the server's.
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(_harness.EndPoint);
        _harness.PollUntil(() => _harness.Seen(ulong.MaxValue) != 0, "the second connection");
        _harness.Transport.Close(first.Handle, reset: true);
        _harness.Forget(first.Token);
        int handle = _harness.Accept(out _);
        Assert.That(handle, Is.EqualTo(first.Handle), "the lowest free handle is given out again");
        ulong token = first.Token + (1UL << 32);
        _harness.Transport.Register(handle, token);
        client.Send("x"u8);
        _harness.WaitFor(token, Readiness.Readable);
        Assert.That(_harness.Seen(first.Token), Is.EqualTo(Readiness.None));
    }

    [Test]
    public void A_handle_that_is_not_open_is_a_bug()
    {
        using var pair = _harness.Connect();
        _harness.Transport.Close(pair.Handle, reset: false);
        Assert.That(() => _harness.Transport.Close(pair.Handle, reset: false), Throws.InvalidOperationException);
        Assert.That(() => _harness.Transport.ShutdownSend(pair.Handle), Throws.InvalidOperationException);
        Assert.That(() => _harness.Transport.Register(pair.Handle, 1), Throws.InvalidOperationException);
    }

    [Test]
    public void Tokens_with_the_top_bit_and_empty_buffers_are_refused()
    {
        using var pair = _harness.Connect();
        Assert.That(
            () => _harness.Transport.Register(pair.Handle, 1UL << 63), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _harness.Transport.Send(pair.Handle, []), Throws.TypeOf<ArgumentOutOfRangeException>());
        pair.Client.Send("x"u8);
        _harness.WaitFor(pair.Token, Readiness.Readable);
        Assert.That(() => _harness.Transport.Receive(pair.Handle, []), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static byte[] ReadToEnd(Socket client)
    {
        var bytes = new List<byte>();
        byte[] buffer = new byte[4096];
        while (client.Receive(buffer) is > 0 and var count)
            bytes.AddRange(buffer.AsSpan(0, count));
        return [.. bytes];
    }
}
