namespace RawSse.Server.Transport;

/// <summary>
/// Where completions on pool threads become one shard's readiness: a connection stands in it at most once, with all that
/// happened since it was last reported, so it is bounded by the connections and the shard's pace cannot lose anything.
/// </summary>
/// <remarks>Any thread may announce and wake; only the shard's polls.</remarks>
internal sealed class SocketsReadyQueue(int listeners)
{
    private readonly Queue<SocketsConnection> _ready = new();
    private readonly bool[] _acceptable = new bool[listeners];
    private bool _paused;
    private bool _woken;

    /// <summary>Guards this queue and the shared state of the shard's connections and acceptors.</summary>
    public object Gate { get; } = new();

    /// <summary>Whether listeners are kept from being reported.</summary>
    public bool Paused
    {
        get
        {
            lock (Gate)
                return _paused;
        }
        set
        {
            lock (Gate)
            {
                _paused = value;
                Monitor.Pulse(Gate);
            }
        }
    }

    public void Announce(SocketsConnection connection, Readiness readiness)
    {
        lock (Gate)
        {
            if (connection.IsClosed)
                return;
            connection.Ready |= readiness;
            if (!connection.IsRegistered || connection.IsQueued || connection.Ready == Readiness.None)
                return;
            connection.IsQueued = true;
            _ready.Enqueue(connection);
            Monitor.Pulse(Gate);
        }
    }

    public void SetAcceptable(int listener, bool acceptable)
    {
        lock (Gate)
        {
            _acceptable[listener] = acceptable;
            Monitor.Pulse(Gate);
        }
    }

    public void Wake()
    {
        lock (Gate)
        {
            _woken = true;
            Monitor.Pulse(Gate);
        }
    }

    public int Poll(Span<TransportEvent> events, int timeoutMs)
    {
        long deadline = Environment.TickCount64 + timeoutMs;
        lock (Gate)
        {
            while (true)
            {
                int count = Take(events);
                long left = timeoutMs < 0 ? Timeout.Infinite : Math.Max(0, deadline - Environment.TickCount64);
                if (count > 0 || _woken || left == 0)
                {
                    _woken = false;
                    return count;
                }

                Monitor.Wait(Gate, (int)left);
            }
        }
    }

    private int Take(Span<TransportEvent> events)
    {
        int count = 0;
        for (int i = 0; i < _acceptable.Length && count < events.Length && !_paused; i++)
        {
            if (_acceptable[i])
                events[count++] = new TransportEvent((ulong)i, Readiness.Acceptable);
        }

        while (count < events.Length && _ready.TryDequeue(out var connection))
        {
            connection.IsQueued = false;
            if (!connection.IsClosed)
                events[count++] = new TransportEvent(connection.Token, connection.Ready);
            connection.Ready = Readiness.None;
        }

        return count;
    }
}
