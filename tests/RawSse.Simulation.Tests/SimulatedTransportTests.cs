using System.Text;
using RawSse.Server.Transport;

namespace RawSse.Simulation.Tests;

/// <summary>The simulated transport keeps the seam's contract, and catches who does not.</summary>
internal sealed class SimulatedTransportTests
{
    private readonly TransportEvent[] _events = new TransportEvent[16];
    private SimulatedTransport _transport = null!;

    [SetUp]
    public void Make() => _transport = new SimulatedTransport(seed: 1, listeners: 2);

    [TearDown]
    public void Unmake() => _transport.Dispose();

    [Test]
    public void A_listener_is_reported_until_its_connection_is_accepted()
    {
        _transport.Connect(listener: 1, peer: new PeerAddress(7, 8));
        Assert.That(Poll(), Is.EqualTo([new TransportEvent(1, Readiness.Acceptable)]));
        Assert.That(Poll(), Has.Length.EqualTo(1));
        Assert.That(_transport.Accept(0, out _, out _), Is.EqualTo(AcceptStatus.WouldBlock));
        Assert.That(_transport.Accept(1, out _, out var peer), Is.EqualTo(AcceptStatus.Accepted));
        Assert.That(peer, Is.EqualTo(new PeerAddress(7, 8)));
        Assert.That(Poll(), Is.Empty);
    }

    [Test]
    public void An_accept_out_of_descriptors_keeps_the_connection_waiting()
    {
        _transport.Connect();
        _transport.AcceptFailures = 1;
        Assert.That(_transport.Accept(0, out _, out _), Is.EqualTo(AcceptStatus.OutOfDescriptors));
        _transport.PauseAccepting(true);
        Assert.That(Poll(), Is.Empty);
        _transport.PauseAccepting(false);
        Assert.That(Poll(), Has.Length.EqualTo(1));
        Assert.That(_transport.Accept(0, out _, out _), Is.EqualTo(AcceptStatus.Accepted));
    }

    [Test]
    public void A_stopped_listener_refuses_who_waits_and_who_comes()
    {
        var waiting = _transport.Connect();
        _transport.StopListening();
        Assert.That(waiting.IsReset);
        Assert.That(_transport.Connect().IsReset);
        Assert.That(Poll(), Is.Empty);
    }

    [Test]
    public void Readable_is_reported_once_and_again_only_after_WouldBlock()
    {
        var (client, handle) = Open(token: 5);
        client.Write("ab");
        Assert.That(Poll(), Is.EqualTo([new TransportEvent(5, Readiness.Readable)]));
        client.Write("c");
        Assert.That(Poll(), Is.Empty, "who has not read until WouldBlock hears nothing new");
        Assert.That(Receive(handle, 2), Is.EqualTo("ab"));
        Assert.That(Receive(handle, 9), Is.EqualTo("c"));
        Assert.That(_transport.Receive(handle, new byte[9]).Status, Is.EqualTo(TransferStatus.WouldBlock));
        client.Write("d");
        Assert.That(Poll(), Is.EqualTo([new TransportEvent(5, Readiness.Readable)]));
    }

    [Test]
    public void Bytes_before_the_registration_are_reported()
    {
        var client = _transport.Connect();
        client.Write("early");
        _transport.Accept(0, out int handle, out _);
        Assert.That(Poll(), Is.Empty);
        _transport.Register(handle, 6);
        Assert.That(Poll(), Is.EqualTo([new TransportEvent(6, Readiness.Readable)]));
    }

    [Test]
    public void A_closed_window_blocks_and_an_opened_one_is_told_once()
    {
        var (client, handle) = Open(token: 5);
        client.LimitWindow(3);
        Assert.That(_transport.Send(handle, "hello"u8), Is.EqualTo(new TransferResult(TransferStatus.Done, 3)));
        Assert.That(_transport.Send(handle, "lo"u8), Is.EqualTo(new TransferResult(TransferStatus.WouldBlock, 0)));
        Assert.That(Poll(), Is.Empty);
        client.OpenWindow(1);
        client.OpenWindow();
        Assert.That(Poll(), Is.EqualTo([new TransportEvent(5, Readiness.Writable)]));
        Assert.That(Poll(), Is.Empty);
        Assert.That(_transport.Send(handle, "lo"u8).Count, Is.EqualTo(2));
        Assert.That(client.ReceivedText, Is.EqualTo("hello"));
        Assert.That(_transport.SendCalls, Is.EqualTo(3));
    }

    [Test]
    public void A_partial_send_alone_is_followed_by_Writable()
    {
        var (client, handle) = Open(token: 5);
        client.LimitWindow(3);
        _transport.Send(handle, "hello"u8);
        client.OpenWindow();
        Assert.That(Poll(), Is.EqualTo([new TransportEvent(5, Readiness.Writable)]));
    }

    [Test]
    public void A_fin_is_told_as_either_transport_tells_it([Values] bool tellsPeerClosed)
    {
        _transport.TellsPeerClosed = tellsPeerClosed;
        var (client, handle) = Open(token: 5);
        client.Write("x");
        client.Finish();
        var expected = tellsPeerClosed ? Readiness.Readable | Readiness.PeerClosed : Readiness.Readable;
        Assert.That(Poll(), Is.EqualTo([new TransportEvent(5, expected)]));
        Assert.That(Receive(handle, 9), Is.EqualTo("x"));
        Assert.That(_transport.Receive(handle, new byte[9]).Status, Is.EqualTo(TransferStatus.EndOfStream));
        _transport.Send(handle, "still"u8);
        Assert.That(client.ReceivedText, Is.EqualTo("still"));
    }

    [Test]
    public void A_reset_fails_everything()
    {
        var (client, handle) = Open(token: 5);
        client.Write("lost");
        client.Reset();
        Assert.That(Poll(), Is.EqualTo([new TransportEvent(5, Readiness.Readable | Readiness.Failed)]));
        Assert.That(_transport.Receive(handle, new byte[9]).Status, Is.EqualTo(TransferStatus.Failed));
        Assert.That(_transport.Send(handle, "x"u8).Status, Is.EqualTo(TransferStatus.Failed));
    }

    [Test]
    public void An_end_may_be_found_before_it_is_told([Values] bool isReset)
    {
        _transport.TellsEndsLate = true;
        int late = 0;
        for (ulong token = 0; token < 20; token++)
        {
            var (client, handle) = Open(token);
            client.Write("x");
            if (isReset)
                client.Reset();
            else
                client.Finish();
            var news = Poll().Single(told => told.Token == token).Readiness;
            Assert.That(news.HasFlag(Readiness.Readable));
            var end = isReset ? Readiness.Failed : Readiness.PeerClosed;
            var expected = isReset ? TransferStatus.Failed : TransferStatus.Done;
            Assert.That(_transport.Receive(handle, new byte[9]).Status, Is.EqualTo(expected));
            if (!news.HasFlag(end))
            {
                late++;
                Assert.That(Poll().Single().Readiness.HasFlag(end), "the next tells");
            }
            _transport.Close(handle, reset: false);
        }
        Assert.That(late, Is.InRange(1, 19));
    }

    [Test]
    public void The_client_sees_how_the_server_ended()
    {
        var (first, firstHandle) = Open(token: 1);
        _transport.ShutdownSend(firstHandle);
        Assert.That((first.IsEnded, first.IsClosed, first.IsReset), Is.EqualTo((true, false, false)));
        _transport.Close(firstHandle, reset: false);
        Assert.That((first.IsEnded, first.IsClosed, first.IsReset), Is.EqualTo((true, true, false)));
        var (second, secondHandle) = Open(token: 2);
        second.Write("unread");
        _transport.Close(secondHandle, reset: true);
        Assert.That((second.IsEnded, second.IsClosed, second.IsReset), Is.EqualTo((false, true, true)));
        Assert.That(Poll(), Is.Empty, "no event after the close");
        Assert.That(_transport.OpenCount, Is.Zero);
    }

    [Test]
    public void Misuse_is_caught()
    {
        var (_, handle) = Open(token: 5);
        Assert.That(() => _transport.Send(handle, []), Throws.InvalidOperationException);
        Assert.That(() => _transport.Receive(handle, []), Throws.InvalidOperationException);
        Assert.That(() => _transport.Register(handle, 6), Throws.InvalidOperationException);
        Assert.That(() => _transport.Send(handle + 1, "x"u8), Throws.InvalidOperationException);
        _transport.ShutdownSend(handle);
        Assert.That(() => _transport.Send(handle, "x"u8), Throws.InvalidOperationException);
        _transport.Close(handle, reset: false);
        Assert.That(() => _transport.Close(handle, reset: false), Throws.InvalidOperationException);
        Assert.That(() => _transport.Receive(handle, new byte[1]), Throws.InvalidOperationException);
        Assert.That(() => _transport.Poll([], 0), Throws.InvalidOperationException);
    }

    [Test]
    public void Handles_are_used_again_only_on_demand([Values] bool reuses)
    {
        _transport.ReusesHandles = reuses;
        var (_, first) = Open(token: 1);
        _transport.Close(first, reset: false);
        var (_, second) = Open(token: 2);
        Assert.That(second == first, Is.EqualTo(reuses));
    }

    [Test]
    public void The_same_seed_tells_the_same_story()
    {
        int seed = Environment.TickCount;
        string first = Story(seed);
        string second = Story(seed);
        Assert.That(second, Is.EqualTo(first), $"seed {seed}: set it above to replay");
    }

    private static string Story(int seed)
    {
        using var transport = new SimulatedTransport(seed) { TearsReceives = true, TearsSends = true, SaysWritableTooOften = true };
        var story = new StringBuilder();
        var events = new TransportEvent[3];
        byte[] buffer = new byte[10];
        foreach (ulong token in Enumerable.Range(0, 9).Select(i => (ulong)i))
        {
            var client = transport.Connect();
            client.Write("0123456789");
            client.LimitWindow(5);
            transport.Accept(0, out int handle, out _);
            transport.Register(handle, token);
        }

        for (int count; (count = transport.Poll(events, 0)) > 0;)
        {
            foreach (var news in events.AsSpan(0, count))
            {
                var received = transport.Receive((int)news.Token + 1, buffer);
                var sent = transport.Send((int)news.Token + 1, buffer);
                story.Append(System.Globalization.CultureInfo.InvariantCulture, $"{news} {received} {sent}\n");
            }
        }

        return story.ToString();
    }

    private (SimulatedClient Client, int Handle) Open(ulong token)
    {
        var client = _transport.Connect();
        Assert.That(_transport.Accept(0, out int handle, out _), Is.EqualTo(AcceptStatus.Accepted));
        _transport.Register(handle, token);
        Assert.That(Poll(), Is.Empty);
        return (client, handle);
    }

    private TransportEvent[] Poll() => _events[.._transport.Poll(_events, 0)];

    private string Receive(int handle, int room)
    {
        byte[] buffer = new byte[room];
        return Encoding.UTF8.GetString(buffer, 0, _transport.Receive(handle, buffer).Count);
    }
}
