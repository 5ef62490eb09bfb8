using System.Net.Sockets;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>Many bytes, slow readers, many connections and several threads: nothing is lost, doubled or left waiting.</summary>
[TestFixture(TransportKind.Epoll)]
[TestFixture(TransportKind.Sockets)]
internal sealed class TransportFlowTests(TransportKind kind)
{
    private TransportHarness _harness = null!;

    [SetUp]
    public void Bind() => _harness = new TransportHarness(kind);

    [TearDown]
    public void Unbind() => _harness.Dispose();

    [Test]
    public void A_full_socket_blocks_and_says_Writable_when_the_peer_has_read()
    {
        using var pair = _harness.Connect(client => client.ReceiveBufferSize = 8192);
        byte[] chunk = new byte[64 << 10];
        long sent = SendUntilBlocked(pair.Handle, chunk);
        Assert.That(_harness.Transport.Send(pair.Handle, chunk).Status, Is.EqualTo(TransferStatus.WouldBlock));
        _harness.Poll(0);
        _harness.Forget(pair.Token);

        Read(pair.Client, sent);
        _harness.WaitFor(pair.Token, Readiness.Writable);
        Assert.That(_harness.Transport.Send(pair.Handle, chunk).Status, Is.EqualTo(TransferStatus.Done));
    }

    [Test]
    public void The_bytes_on_their_way_are_known_to_epoll_and_become_none()
    {
        using var pair = _harness.Connect(client => client.ReceiveBufferSize = 8192);
        long sent = SendUntilBlocked(pair.Handle, new byte[64 << 10]);
        int queued = _harness.Transport.QueuedBytes(pair.Handle);
        if (kind == TransportKind.Sockets)
        {
            Assert.That(queued, Is.EqualTo(-1));
            return;
        }

        Assert.That(queued, Is.GreaterThan(0).And.LessThanOrEqualTo(sent));
        Read(pair.Client, sent);
        _harness.PollUntil(() => _harness.Transport.QueuedBytes(pair.Handle) == 0, "all of them acknowledged");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void After_a_receive_that_drained_the_socket_the_next_bytes_and_the_end_are_news(bool isEnd)
    {
        using var pair = _harness.Connect();
        byte[] buffer = new byte[64];
        pair.Client.Send("first"u8);
        _harness.WaitFor(pair.Token, Readiness.Readable);
        var result = _harness.Transport.Receive(pair.Handle, buffer);
        Assert.That(result, Is.EqualTo(new TransferResult(TransferStatus.Done, 5, IsDrained: kind == TransportKind.Epoll)));
        if (!result.IsDrained)
            Assert.That(_harness.Transport.Receive(pair.Handle, buffer).Status, Is.EqualTo(TransferStatus.WouldBlock));
        _harness.Forget(pair.Token);

        if (isEnd)
            pair.Client.Shutdown(SocketShutdown.Send);
        else
            pair.Client.Send("second"u8);
        _harness.WaitFor(pair.Token, Readiness.Readable);
        Assert.That(_harness.Transport.Receive(pair.Handle, buffer).Count, Is.EqualTo(isEnd ? 0 : 6));
    }

    [Test]
    public void A_receive_that_fills_the_buffer_has_drained_nothing()
    {
        using var pair = _harness.Connect();
        pair.Client.Send("first"u8);
        _harness.WaitFor(pair.Token, Readiness.Readable);
        Assert.That(_harness.Transport.Receive(pair.Handle, new byte[5]), Is.EqualTo(new TransferResult(TransferStatus.Done, 5)));
    }

    [Test]
    public void A_partial_send_is_followed_by_Writable_without_another_try()
    {
        using var pair = _harness.Connect(client => client.ReceiveBufferSize = 8192);
        byte[] chunk = new byte[16 << 20]; // more than the kernel takes at once
        var result = _harness.Transport.Send(pair.Handle, chunk);
        Assert.That(result.Status, Is.EqualTo(TransferStatus.Done));
        Assert.That(result.Count, Is.GreaterThan(0).And.LessThan(chunk.Length));
        _harness.Poll(0);
        _harness.Forget(pair.Token);
        Read(pair.Client, result.Count);
        _harness.WaitFor(pair.Token, Readiness.Writable);
    }

    [Test]
    public void The_bytes_given_to_a_send_may_change_right_after_it()
    {
        using var pair = _harness.Connect(client => client.ReceiveBufferSize = 8192);
        byte[] chunk = new byte[100_000];
        long total = 0;
        var checker = new PatternReader(pair.Client, seed: 1);
        TransferResult result;
        do
        {
            Pattern.Fill(chunk, total, seed: 1);
            result = _harness.Transport.Send(pair.Handle, chunk);
            total += result.Count;
            chunk.AsSpan().Fill(0xEE);
        }
        while (result.Status == TransferStatus.Done);
        checker.Read(total);
    }

    [Test]
    public void All_bytes_arrive_in_order_whatever_the_sizes([Values(0, 1, 2)] int offset)
    {
        int seed = Environment.TickCount + offset;
        TestContext.Out.WriteLine($"seed {seed}: set it above to replay");
        var random = new Random(seed);
        using var pair = _harness.Connect(client => client.ReceiveBufferSize = random.Next(4096, 1 << 18));
        const long Total = 8 << 20;
        var reader = Task.Run(() => new PatternReader(pair.Client, seed).Read(Total));
        byte[] chunk = new byte[300_000];
        long sent = 0;
        while (sent < Total)
        {
            int length = (int)Math.Min(Total - sent, random.Next(1, random.Next(2) == 0 ? 2000 : chunk.Length));
            Pattern.Fill(chunk.AsSpan(0, length), sent, seed);
            _harness.Forget(pair.Token);
            var result = _harness.Transport.Send(pair.Handle, chunk.AsSpan(0, length));
            Assert.That(result.Status, Is.AnyOf(TransferStatus.Done, TransferStatus.WouldBlock));
            sent += result.Count;
            if (result.Count < length)
                _harness.WaitFor(pair.Token, Readiness.Writable);
        }

        Assert.That(reader.Wait(TransportHarness.Patience), "the reader has everything");
    }

    [Test]
    public void A_close_delivers_all_that_was_taken_from_a_slow_reader()
    {
        using var pair = _harness.Connect(client => client.ReceiveBufferSize = 8192);
        byte[] chunk = new byte[100_000];
        long total = 0;
        TransferResult result;
        do
        {
            Pattern.Fill(chunk, total, seed: 5);
            result = _harness.Transport.Send(pair.Handle, chunk);
            total += result.Count;
        }
        while (result.Status == TransferStatus.Done);
        _harness.Transport.ShutdownSend(pair.Handle);
        _harness.Transport.Close(pair.Handle, reset: false);
        new PatternReader(pair.Client, seed: 5).Read(total);
        Assert.That(pair.Client.Receive(new byte[1]), Is.Zero, "then the FIN");
        _harness.Forget(pair.Token);
        _harness.Poll(0);
        Assert.That(_harness.Seen(pair.Token), Is.EqualTo(Readiness.None), "no event after the close");
    }

    [Test]
    public void A_reset_under_a_blocked_send_tells_nothing_more()
    {
        for (int round = 0; round < 50; round++)
        {
            using var pair = _harness.Connect(client => client.ReceiveBufferSize = 8192);
            SendUntilBlocked(pair.Handle, new byte[64 << 10]);
            _harness.Forget(pair.Token);
            _harness.Transport.Close(pair.Handle, reset: true);
            _harness.Poll(0);
            Assert.That(_harness.Seen(pair.Token), Is.EqualTo(Readiness.None));
        }
    }

    [Test]
    public void A_wake_ends_the_running_wait_and_the_next_one()
    {
        _harness.Transport.Wake();
        _harness.WaitForWake(); // the next one

        for (int round = 0; round < 200; round++)
        {
            var waker = new Thread(_harness.Transport.Wake);
            waker.Start();
            _harness.WaitForWake(); // the running one
            waker.Join();
        }
    }

    [Test]
    public void No_wake_is_lost_among_many_threads()
    {
        const int Threads = 4, Each = 2000;
        int mail = 0, taken = 0, sleeping = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                Interlocked.Increment(ref mail);
                if (Interlocked.Exchange(ref sleeping, 0) == 1)
                    _harness.Transport.Wake();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        while (taken < Threads * Each)
        {
            Interlocked.Exchange(ref sleeping, 1);
            taken = Volatile.Read(ref mail);
            if (taken < Threads * Each)
                _harness.WaitForWake();
        }

        threads.ForEach(thread => thread.Join());
        Assert.That(taken, Is.EqualTo(Threads * Each));
    }

    [Test]
    public void Wake_after_Dispose_does_nothing()
    {
        _harness.Transport.Dispose();
        Assert.That(_harness.Transport.Wake, Throws.Nothing);
    }

    private long SendUntilBlocked(int handle, byte[] chunk)
    {
        long sent = 0;
        while (_harness.Transport.Send(handle, chunk) is { Status: TransferStatus.Done } result)
            sent += result.Count;
        return sent;
    }

    private static void Read(Socket client, long count)
    {
        byte[] buffer = new byte[64 << 10];
        while (count > 0)
            count -= client.Receive(buffer, (int)Math.Min(count, buffer.Length), SocketFlags.None);
    }
}
