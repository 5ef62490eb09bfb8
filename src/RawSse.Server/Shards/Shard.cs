using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Http;
using RawSse.Server.Transport;

namespace RawSse.Server.Shards;

/// <summary>
/// One event loop: a thread, its connections, and the channels it is home to. One <see cref="Step"/> takes the mailbox,
/// the ready sockets, a slice of deliveries and the timers, each bounded. Nothing here is async, locks, or is called from
/// another thread, except <see cref="Mailbox"/>.
/// </summary>
internal sealed class Shard : IFeedClient
{
    private const int EventsMax = 256;

    private readonly TransportEvent[] _events = new TransportEvent[EventsMax];
    private readonly Timers _timers;
    private readonly Acceptor _acceptor;
    private readonly Queue<ulong> _readable = new();
    private readonly byte[] _discard = new byte[16 << 10];
    private readonly Random _random = new();
    private readonly long _startTimestamp;

    public Shard(Node node, Feed.Feed feed, ITransport transport)
    {
        Node = node;
        Feed = feed;
        Transport = transport;
        Number = feed.Shard;
        Mailbox = feed.Mailbox;
        Mailbox.Wake = transport.Wake;
        _startTimestamp = node.Clock.GetTimestamp();
        Delivery = new Delivery(this);
        Pump = new Pump(this);
        Starter = new StreamStarter(this);
        Responses = new Responses(this);
        Requests = new RequestLoop(this);
        _timers = new Timers(this);
        _acceptor = new Acceptor(this);
    }

    public Node Node { get; }

    public Feed.Feed Feed { get; }

    public ITransport Transport { get; }

    public int Number { get; }

    public Mailbox Mailbox { get; }

    public ConnectionTable Connections { get; } = new();

    public ShardMetrics Metrics { get; } = new();

    public Delivery Delivery { get; }

    public Pump Pump { get; }

    public StreamStarter Starter { get; }

    public Responses Responses { get; }

    public RequestLoop Requests { get; }

    /// <summary>Monotonic ms since the shard was made, as of this step.</summary>
    public long NowMs { get; private set; }

    public Acceptor Acceptor => _acceptor;

    /// <summary>Publishes of this shard's connections that are with the feeds.</summary>
    public int PublishesInFlight { get; set; }

    int IFeedClient.Shard => Number;

    /// <summary>One turn. Waits up to <paramref name="waitMsMax"/> ms when there is nothing to do (-1: without end).</summary>
    public void Step(int waitMsMax)
    {
        bool isBusy = Delivery.HasWork || Pump.HasWork || _readable.Count > 0;
        int waitMs = isBusy ? 0 : _timers.Cap(waitMsMax);
        if (waitMs != 0 && !Mailbox.TrySleep())
            waitMs = 0;
        int count = Transport.Poll(_events, waitMs);
        if (waitMs != 0)
            Mailbox.Awake();
        NowMs = (long)Node.Clock.GetElapsedTime(_startTimestamp).TotalMilliseconds;
        Feed.NowMs = NowMs;
        Mailbox.Drain();
        for (int i = 0; i < count; i++)
            Handle(_events[i]);
        for (int left = _readable.Count; left > 0; left--)
            ReadAgain(_readable.Dequeue());
        Delivery.RunTurn();
        Pump.RunLater();
        _timers.Tick();
    }

    /// <summary>Closes now. The connection's slot is free afterwards.</summary>
    public void Close(int slot, CloseReason reason)
    {
        ref Connection connection = ref Connections[slot];
        Invariant.Must(connection.State != ConnectionState.Free, "a connection is closed once");
        LeaveStream(slot);
        Requests.Leave(slot);
        if (connection.State == ConnectionState.Lingering)
            Metrics.Lingering--;
        Transport.Close(connection.Handle, reset: false);
        Node.Connections.Release(connection.Peer, connection.IsCountedByAddress);
        Metrics.Closes[(int)reason]++;
        Connections.Return(slot);
    }

    /// <summary>
    /// Closes our side and lets what was sent arrive: a close with unread bytes would be a reset, which eats the answer.
    /// </summary>
    public void CloseLingering(int slot, CloseReason reason)
    {
        ref Connection connection = ref Connections[slot];
        LeaveStream(slot);
        Requests.Leave(slot);
        if (connection.IsPeerClosed)
        {
            Close(slot, reason);
            return;
        }
        Transport.ShutdownSend(connection.Handle);
        connection.State = ConnectionState.Lingering;
        Metrics.Lingering++;
        connection.Reason = reason;
        connection.Discarded = 0;
        connection.DeadlineMs = NowMs + Timers.LingeringCloseMs;
        Discard(slot);
    }

    /// <summary>Ends a stream on purpose: a jittered retry first, if it fits between frames, then a lingering close.</summary>
    public void EndStream(int slot, CloseReason reason)
    {
        ref Connection connection = ref Connections[slot];
        if (connection.Stream is { IsBlocked: true } or { Pending.IsEmpty: false })
        {
            Close(slot, reason);
            return;
        }
        if (Transport.Send(connection.Handle, Responses.Farewell(RetryMs())).Status == TransferStatus.Failed)
            Close(slot, CloseReason.Reset);
        else
            CloseLingering(slot, reason);
    }

    /// <summary>Ends all streams at random times within <paramref name="overMs"/>, and idle connections now.</summary>
    public void CloseOver(long overMs, CloseReason reason)
    {
        for (int slot = 0; slot < Connections.Slots; slot++)
        {
            ref Connection connection = ref Connections[slot];
            if (connection.State == ConnectionState.Streaming)
            {
                connection.Reason = reason;
                connection.DeadlineMs = Math.Max(1, NowMs + (long)(overMs * _random.NextDouble()));
            }
            else if (connection is { State: ConnectionState.Http, Exchange: null })
            {
                Close(slot, reason);
            }
        }
    }

    public void CloseAll(CloseReason reason)
    {
        Transport.StopListening();
        for (int slot = 0; slot < Connections.Slots; slot++)
        {
            if (Connections[slot].State != ConnectionState.Free)
                Close(slot, reason);
        }
    }

    /// <summary>The reconnection time for one client: <c>--retry</c> ±50 %.</summary>
    public long RetryMs() => Jitter(Node.Limits.RetryMs, 0.5, 1.5);

    public long Jitter(long ms, double from, double to) => (long)(ms * (from + (_random.NextDouble() * (to - from))));

    /// <summary>When a stream that starts now ends; 0: never.</summary>
    public long LifetimeDeadline() => Node.Limits.LifetimeMs == 0 ? 0 : NowMs + Jitter(Node.Limits.LifetimeMs, 0.8, 1);

    /// <summary>More may be readable than was read in this turn.</summary>
    public void ReadLater(int slot)
    {
        ref Connection connection = ref Connections[slot];
        connection.IsReadReady = true;
        if (connection.IsReadQueued)
            return;
        connection.IsReadQueued = true;
        _readable.Enqueue(Connections.TokenOf(slot));
    }

    LogReader IFeedClient.CreateReader(Channel channel) => new ChannelView(channel, this);

    void IFeedClient.OnAttached(AttachRequest request) => Starter.OnAttached(request);

    void IFeedClient.OnPage(PageRequest request) => Pump.OnPage(request);

    void IFeedClient.OnPublished(PublishRequest request) => Requests.OnPublished(request);

    private void Handle(TransportEvent ready)
    {
        if ((ready.Readiness & Readiness.Acceptable) != 0)
        {
            _acceptor.Accept((int)ready.Token);
            return;
        }
        if (!Connections.TryFind(ready.Token, out int slot))
            return;
        if ((ready.Readiness & Readiness.Failed) != 0)
        {
            Close(slot, Connections[slot].State == ConnectionState.Lingering ? Connections[slot].Reason : CloseReason.Reset);
            return;
        }
        if ((ready.Readiness & Readiness.Writable) != 0)
            Guarded(slot, isWrite: true);
        if ((ready.Readiness & (Readiness.Readable | Readiness.PeerClosed)) != 0 && Connections.TryFind(ready.Token, out slot))
            Guarded(slot, isWrite: false);
    }

    private void ReadAgain(ulong token)
    {
        if (!Connections.TryFind(token, out int slot))
            return;
        Connections[slot].IsReadQueued = false;
        if (Connections[slot].IsReadReady)
            Guarded(slot, isWrite: false);
    }

    /// <summary>An exception in one connection's request is that connection's end, not the shard's.</summary>
    private void Guarded(int slot, bool isWrite)
    {
        ulong token = Connections.TokenOf(slot);
        try
        {
            if (isWrite)
                OnWritable(slot);
            else
                OnReadable(slot);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Requests.OnBug();
            Pump.OnBug();
            if (!Connections.TryFind(token, out slot))
                return;
            Node.Log.ConnectionBug(exception, Connections[slot].Peer.ToString());
            Close(slot, CloseReason.Bug);
        }
    }

    private void OnWritable(int slot)
    {
        if (Connections[slot].State == ConnectionState.Streaming)
            Pump.OnWritable(slot);
        else if (Connections[slot].State == ConnectionState.Http)
            Requests.OnWritable(slot);
    }

    private void OnReadable(int slot)
    {
        ref Connection connection = ref Connections[slot];
        connection.IsReadReady = false;
        if (connection.State is ConnectionState.Streaming or ConnectionState.Lingering or ConnectionState.Attaching)
            Discard(slot);
        else
            Requests.OnReadable(slot);
    }

    /// <summary>Reads and drops what a subscriber, or the peer of a closing connection, still sends.</summary>
    private void Discard(int slot)
    {
        ref Connection connection = ref Connections[slot];
        bool isLingering = connection.State == ConnectionState.Lingering;
        while (true)
        {
            TransferResult result = Transport.Receive(connection.Handle, _discard);
            if (result.Status == TransferStatus.WouldBlock)
                return;
            if (result.Status != TransferStatus.Done)
            {
                CloseReason end = result.Status == TransferStatus.Failed ? CloseReason.Reset : CloseReason.Client;
                Close(slot, isLingering ? connection.Reason : end);
                return;
            }
            connection.Discarded += result.Count;
            if (connection.Discarded > (isLingering ? Timers.LingeringBytesMax : Timers.StreamInputBytesMax))
            {
                Close(slot, isLingering ? connection.Reason : CloseReason.Flood);
                return;
            }
        }
    }

    private void LeaveStream(int slot)
    {
        ref Connection connection = ref Connections[slot];
        if (connection.State != ConnectionState.Streaming)
            return;
        Metrics.Streams--;
        if (connection.Stream is { IsCombined: true } combined)
        {
            for (int place = 0; place < combined.Members.Length; place++)
                Pump.Leave(combined.Members[place].View, combined.Members[place].Index, ref combined.Members[place]);
        }
        else
        {
            StreamMember alone = default;
            Pump.Leave(connection.View!, connection.SubscriberIndex, ref connection.Stream is { } slow ? ref slow.Members[0] : ref alone);
        }
        if (connection.Stream is { } state)
            Pump.ReturnState(state);
        connection.Stream = null;
        connection.View = null;
        connection.State = ConnectionState.Http;
    }
}
