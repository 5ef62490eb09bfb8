using RawSse.Server.Transport;

namespace RawSse.Simulation.Tests;

/// <summary>
/// The seam without sockets, threads or time: a test holds the client ends and steps the shard by hand. <see cref="Poll"/>
/// never waits. The same seed and the same calls give the same events in the same order.
/// </summary>
/// <remarks>
/// It promises as little as any real transport may: an edge is reported once; Readable comes again only after a receive that
/// would block, and Writable only after a send that was partial or would block. Whoever waits for more than that hangs here.
/// Misuse (a handle that is not open, an empty send, an event buffer without room) throws <see cref="InvalidOperationException"/>.
/// One thread.
/// </remarks>
internal sealed class SimulatedTransport(int seed, int listeners = 1) : ITransport
{
    private readonly Random _random = new(seed);
    private readonly Queue<SimulatedClient>[] _backlogs = [.. Enumerable.Range(0, listeners).Select(_ => new Queue<SimulatedClient>())];
    private readonly SortedDictionary<int, SimulatedClient> _open = [];
    private readonly List<SimulatedClient> _ready = [];
    private int _lastHandle;
    private bool _listening = true;
    private bool _paused;
    private bool _disposed;

    /// <summary>
    /// Whether a FIN is an event of its own (<see cref="Readiness.PeerClosed"/>, as epoll has it) or only Readable, and only
    /// to who waits for it (as sockets have it).
    /// </summary>
    public bool TellsPeerClosed { get; set; } = true;

    /// <summary>Adds Writable to some events for no reason, as epoll does.</summary>
    public bool SaysWritableTooOften { get; set; }

    /// <summary>Receives give random parts of what has arrived, at least one byte.</summary>
    public bool TearsReceives { get; set; }

    /// <summary>A receive that took all there was says so, as epoll's does; then it counts as one that would block.</summary>
    public bool SaysDrained { get; set; }

    /// <summary>
    /// Of the clients' ends (FIN or RST) half come right after a poll: the next one tells of them, while receives and sends know
    /// already. So a send may fail, and a receive find the end, before any event has told.
    /// </summary>
    public bool TellsEndsLate { get; set; }

    /// <summary>Sends take random parts of what the client's window allows, at least one byte.</summary>
    public bool TearsSends { get; set; }

    /// <summary>Gives the lowest free handle out again, as the kernel does. Otherwise a stale handle is always caught.</summary>
    public bool ReusesHandles { get; set; }

    /// <summary>So many of the next accepts find the process out of descriptors.</summary>
    public int AcceptFailures { get; set; }

    /// <summary>Accepted and not closed.</summary>
    public int OpenCount => _open.Count;

    /// <summary>Wake-ups since the last poll.</summary>
    public int Wakes { get; private set; }

    /// <summary>How long the last poll would have waited, had there been nothing: the shard's idea of its next deadline.</summary>
    public int LastTimeoutMs { get; private set; }

    /// <summary>Sends that were tried: the system calls a real transport would have made.</summary>
    public long SendCalls { get; private set; }

    /// <summary>Sends of a batch that found the connection dead.</summary>
    public long BatchedFailures { get; private set; }

    /// <summary>A client connects; it is <see cref="SimulatedClient.IsReset"/> at once if nobody listens.</summary>
    public SimulatedClient Connect(int listener = 0, PeerAddress? peer = null)
    {
        var client = new SimulatedClient(this, peer ?? new PeerAddress((UInt128)0xFFFF_7F00_0001, 40_000));
        if (_listening)
            _backlogs[listener].Enqueue(client);
        else
            client.ServerClosed(reset: true);
        return client;
    }

    public int Poll(Span<TransportEvent> events, int timeoutMs)
    {
        Require(!_disposed, "poll after Dispose");
        Require(!events.IsEmpty, "poll without room");
        (LastTimeoutMs, Wakes) = (timeoutMs, 0);
        int count = 0;
        var late = new List<SimulatedClient>();
        for (int i = 0; i < _backlogs.Length && count < events.Length && !_paused; i++)
        {
            if (_backlogs[i].Count > 0)
                events[count++] = new TransportEvent((ulong)i, Readiness.Acceptable);
        }

        while (count < events.Length && _ready.Count > 0)
        {
            int chosen = _random.Next(_ready.Count);
            var client = _ready[chosen];
            (_ready[chosen], _ready[^1]) = (_ready[^1], _ready[chosen]);
            _ready.RemoveAt(_ready.Count - 1);
            client.IsQueued = false;
            var readiness = client.TakeNews(isLateForEnd: TellsEndsLate && _random.Next(2) == 0);
            if (client.HasNews)
                late.Add(client);
            if (readiness == Readiness.None)
                continue;
            if (SaysWritableTooOften && _random.Next(2) == 0)
                readiness |= Readiness.Writable;
            events[count++] = new TransportEvent(client.Token, readiness);
        }

        foreach (var client in late)
            Announce(client);
        return count;
    }

    public void Wake() => Wakes++;

    public AcceptStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        (handle, peer) = (-1, default);
        if (!_backlogs[listener].TryPeek(out var client))
            return AcceptStatus.WouldBlock;
        if (AcceptFailures > 0)
        {
            AcceptFailures--;
            return AcceptStatus.OutOfDescriptors;
        }

        _backlogs[listener].Dequeue();
        handle = ReusesHandles ? Enumerable.Range(1, _open.Count + 1).First(free => !_open.ContainsKey(free)) : ++_lastHandle;
        peer = client.Peer;
        _open.Add(handle, client);
        return AcceptStatus.Accepted;
    }

    public void PauseAccepting(bool paused) => _paused = paused;

    public void StopListening()
    {
        _listening = false;
        foreach (var backlog in _backlogs)
        {
            while (backlog.TryDequeue(out var refused))
                refused.ServerClosed(reset: true);
        }
    }

    public void Register(int handle, ulong token)
    {
        Require(token < TransportToken.Limit, "a token with the top bit");
        Get(handle).Register(token);
    }

    public TransferResult Receive(int handle, Span<byte> buffer)
    {
        Require(!buffer.IsEmpty, "receive without room");
        var client = Get(handle);
        int room = TearsReceives ? _random.Next(1, buffer.Length + 1) : buffer.Length;
        return client.ServerReceives(buffer[..room], saysDrained: SaysDrained && TellsPeerClosed);
    }

    public TransferResult Send(int handle, ReadOnlySpan<byte> bytes)
    {
        Require(!bytes.IsEmpty, "empty send");
        var client = Get(handle);
        SendCalls++;
        return client.ServerSends(bytes, TearsSends ? _random.Next(1, bytes.Length + 1) : bytes.Length);
    }

    /// <summary>Half of all transports take several sends at once, as one with an io_uring does.</summary>
    public int BatchMax { get; } = seed % 2 == 0 ? 7 : 0;

    public void SendAll(Span<BatchedSend> batch)
    {
        Require(batch.Length <= BatchMax, "more sends at once than it takes");
        foreach (ref BatchedSend send in batch)
        {
            send.Result = Send(send.Handle, send.Bytes);
            if (send.Result.Status == TransferStatus.Failed)
                BatchedFailures++;
        }
    }

    public int QueuedBytes(int handle) => Get(handle).QueuedBytes;

    public void ShutdownSend(int handle) => Get(handle).ServerFinishes();

    public void Close(int handle, bool reset)
    {
        var client = Get(handle);
        _open.Remove(handle);
        if (client.IsQueued)
            _ready.Remove(client);
        client.ServerClosed(reset);
    }

    public void Dispose()
    {
        StopListening();
        foreach (int handle in _open.Keys.ToList())
            Close(handle, reset: true);
        _disposed = true;
    }

    internal void Announce(SimulatedClient client)
    {
        if (client.IsQueued)
            return;
        client.IsQueued = true;
        _ready.Add(client);
    }

    internal static void Require(bool fact, string misuse)
    {
        if (!fact)
            throw new InvalidOperationException($"misuse of the transport: {misuse}");
    }

    private SimulatedClient Get(int handle)
    {
        Require(_open.ContainsKey(handle), $"handle {handle} is not open");
        return _open[handle];
    }
}
