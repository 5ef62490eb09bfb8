namespace RawSse.Server.Transport;

/// <summary>
/// The bytes of one shard's sockets, and nothing of HTTP. Readiness is the model: <see cref="Poll"/> says what may be
/// tried, <see cref="Receive"/> and <see cref="Send"/> never block and never keep the caller's buffer.
/// </summary>
/// <remarks>
/// Every member but <see cref="Wake"/> is called from the owning shard's thread only. Readiness of a connection is
/// edge-triggered: after an event the shard must try until <see cref="TransferStatus.WouldBlock"/> or, if the event did not
/// say PeerClosed, until <see cref="TransferResult.IsDrained"/> (or remember that it did not) before it may wait for the next one; until then there may be no news of it, not even of its end. An event may
/// say Writable, or Readable, for no reason. Listeners are level-triggered: an unaccepted connection is reported again.
/// </remarks>
internal interface ITransport : IDisposable
{
    /// <summary>
    /// Fills <paramref name="events"/> with what became ready and returns how many; waits up to
    /// <paramref name="timeoutMs"/> ms (0: not at all, -1: without end) when nothing is. A <see cref="Wake"/> ends the wait,
    /// and so may a signal. Any call uses up the wake-ups before it, also one that does not wait.
    /// </summary>
    int Poll(Span<TransportEvent> events, int timeoutMs);

    /// <summary>Ends a running or the next wait of <see cref="Poll"/>. Any thread.</summary>
    void Wake();

    /// <summary>Takes one connection of listener <paramref name="listener"/> (its index in the bound endpoints).</summary>
    AcceptStatus Accept(int listener, out int handle, out PeerAddress peer);

    /// <summary>Stops or resumes reporting listeners, e.g. while the process is out of descriptors.</summary>
    void PauseAccepting(bool paused);

    /// <summary>Closes the listeners of this shard: connections that nobody accepted yet are refused by the kernel.</summary>
    void StopListening();

    /// <summary>
    /// Starts reporting an accepted connection's readiness under <paramref name="token"/>. Bytes that were there before are
    /// reported too. Once a connection; tokens are below <see cref="TransportToken.Limit"/> (the top bit is clear).
    /// </summary>
    void Register(int handle, ulong token);

    /// <summary>Reads what has arrived. <see cref="TransferStatus.Done"/> has a count of at least 1.</summary>
    TransferResult Receive(int handle, Span<byte> buffer);

    /// <summary>
    /// Writes a prefix of <paramref name="bytes"/> (not empty). <see cref="TransferStatus.Done"/> with fewer bytes than
    /// given means the same as a following <see cref="TransferStatus.WouldBlock"/>: wait for Writable.
    /// </summary>
    TransferResult Send(int handle, ReadOnlySpan<byte> bytes);

    /// <summary>How many sends <see cref="SendAll"/> takes at once; 0: it is no cheaper than as many <see cref="Send"/>s, and not called.</summary>
    int BatchMax { get; }

    /// <summary>As <see cref="Send"/> for each of <paramref name="batch"/>, in its order; each gets its result.</summary>
    void SendAll(Span<BatchedSend> batch);

    /// <summary>Bytes written that the peer has not acknowledged; -1 where that cannot be known.</summary>
    int QueuedBytes(int handle);

    /// <summary>Sends FIN after what was written; reading goes on (the first half of a lingering close).</summary>
    void ShutdownSend(int handle);

    /// <summary>
    /// Closes; with <paramref name="reset"/> by RST, dropping what was not sent. No event of it follows; one that
    /// <see cref="Poll"/> has already given out is the caller's to recognise by its token.
    /// </summary>
    void Close(int handle, bool reset);
}

/// <summary>Binds the listeners of a node and makes one transport a shard.</summary>
internal interface ITransportFactory : IDisposable
{
    /// <summary>
    /// Binds and listens. Port 0 takes a free port. The result holds the real endpoints in the same order.
    /// </summary>
    /// <exception cref="TransportBindException">an endpoint is in use (also by a listener with SO_REUSEPORT) or not ours</exception>
    IReadOnlyList<System.Net.IPEndPoint> Bind(IReadOnlyList<System.Net.IPEndPoint> endpoints, int shards);

    /// <summary>Makes the transport of shard <paramref name="shard"/>, 0-based, below the number given to Bind.</summary>
    ITransport Create(int shard);
}

/// <summary>Why an endpoint could not be bound, in words for the operator.</summary>
internal sealed class TransportBindException(System.Net.IPEndPoint endpoint, string reason, Exception? inner = null)
    : IOException($"{endpoint}: {reason}", inner)
{
    public System.Net.IPEndPoint Endpoint { get; } = endpoint;

    public string Reason { get; } = reason;
}
