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
    private const int AwayRetryFactor = 4;

    private readonly TransportEvent[] _events = new TransportEvent[EventsMax];
    private readonly Timers _timers;
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
        Membership = new LogMembership(this);
        Pump = new Pump(this);
        Starter = new StreamStarter(this);
        Responses = new Responses(this);
        Requests = new RequestLoop(this);
        _timers = new Timers(this);
        Acceptor = new Acceptor(this);
        Sockets = new SocketEvents(this);
    }

    public Node Node { get; }

    public Feed.Feed Feed { get; }

    public ITransport Transport { get; }

    public int Number { get; }

    public Mailbox Mailbox { get; }

    public ConnectionTable Connections { get; } = new();

    public ShardMetrics Metrics { get; } = new();

    public Delivery Delivery { get; }

    public LogMembership Membership { get; }

    public Pump Pump { get; }

    public StreamStarter Starter { get; }

    public Responses Responses { get; }

    public RequestLoop Requests { get; }

    /// <summary>Monotonic ms since the shard was made, as of this step.</summary>
    public long NowMs { get; private set; }

    public Acceptor Acceptor { get; }

    public SocketEvents Sockets { get; }

    /// <summary>Publishes of this shard's connections that are with the feeds.</summary>
    public int PublishesInFlight { get; set; }

    int IFeedClient.Shard => Number;

    /// <summary>One turn. Waits up to <paramref name="waitMsMax"/> ms when there is nothing to do (-1: without end).</summary>
    public void Step(int waitMsMax)
    {
        bool isBusy = Delivery.HasWork || Pump.HasWork || Sockets.HasWork;
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
            Sockets.Handle(_events[i]);
        Sockets.ReadAgain();
        Sockets.RunAnswered();
        Delivery.RunTurn();
        Pump.RunLater();
        _timers.Tick();
        Feed.Store.Flush();
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
        Sockets.Discard(slot);
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
        // A store that is away is not to be stormed by everybody once it is back.
        long retryMs = reason == CloseReason.Store ? RetryMs() * AwayRetryFactor : RetryMs();
        if (Transport.Send(connection.Handle, Responses.Farewell(retryMs)).Status == TransferStatus.Failed)
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

    LogReader IFeedClient.CreateReader(Channel channel) => new ChannelView(channel, this);

    void IFeedClient.OnAttached(AttachRequest request) => Starter.OnAttached(request);

    void IFeedClient.OnPage(PageRequest request) => Pump.OnPage(request);

    void IFeedClient.OnPublished(PublishRequest request) => Sockets.OnPublished(request);

    private void LeaveStream(int slot)
    {
        ref Connection connection = ref Connections[slot];
        if (connection.State != ConnectionState.Streaming)
            return;
        Metrics.Streams--;
        if (connection.Stream is { IsCombined: true } combined)
        {
            for (int place = 0; place < combined.Members.Length; place++)
                Membership.Leave(combined.Members[place].View, combined.Members[place].Index, ref combined.Members[place]);
        }
        else
        {
            StreamMember alone = default;
            Membership.Leave(connection.View!, connection.SubscriberIndex, ref connection.Stream is { } slow ? ref slow.Members[0] : ref alone);
        }
        if (connection.Stream is { } state)
            Pump.ReturnState(state);
        connection.Stream = null;
        connection.View = null;
        connection.State = ConnectionState.Http;
    }
}
