using System.Net;
using System.Net.Sockets;

namespace RawSse.Server.Transport;

/// <summary>
/// The portable transport, over System.Net.Sockets; a handle is an index into its table. Costs more for each connection and
/// send than <see cref="EpollTransport"/>, and runs everywhere.
/// </summary>
/// <remarks>
/// The owning shard's thread only, but for <see cref="Wake"/>. It never says PeerClosed: the end of the peer's bytes is
/// Readable, then <see cref="TransferStatus.EndOfStream"/>. Nothing is known of a connection between its Readable and the
/// receive that would block. An accept that a shard had asked for when it stopped listening, while others go on, is refused
/// when it comes.
/// </remarks>
internal sealed class SocketsTransport : ITransport
{
    private const int AbortedAcceptsMax = 64;

    private readonly SocketsReadyQueue _queue;
    private readonly SocketsAcceptor[] _acceptors;
    private readonly PendingSendPool _sends = new();
    private readonly SocketsLingering _lingering;
    private readonly PriorityQueue<int, int> _free = new();
    private SocketsConnection?[] _connections = new SocketsConnection?[16];
    private int _used;

    public SocketsTransport(IReadOnlyList<SharedListener> listeners, TimeProvider time)
    {
        _queue = new SocketsReadyQueue(listeners.Count);
        _lingering = new SocketsLingering(time);
        _acceptors = [.. listeners.Select((listener, index) => new SocketsAcceptor(listener, index, _queue))];
        foreach (var acceptor in _acceptors)
            acceptor.Ask();
    }

    /// <inheritdoc/>
    public int Poll(Span<TransportEvent> events, int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Length);
        return _queue.Poll(events, timeoutMs);
    }

    /// <inheritdoc/>
    public void Wake() => _queue.Wake();

    /// <inheritdoc/>
    public AcceptStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        handle = -1;
        peer = default;
        var acceptor = _acceptors[listener];
        for (int aborted = 0; aborted < AbortedAcceptsMax; aborted++)
        {
            if (!acceptor.TryTake(out var socket, out var error))
            {
                if (_queue.Paused)
                    return AcceptStatus.WouldBlock;
                acceptor.Ask();
                if (!acceptor.TryTake(out socket, out error))
                    return AcceptStatus.WouldBlock;
            }

            if (error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
                return AcceptStatus.OutOfDescriptors;
            if (!_queue.Paused)
                acceptor.Ask();
            if (error == SocketError.Success && TryAdd(socket!, out handle, out peer))
                return AcceptStatus.Accepted;
        }

        return AcceptStatus.WouldBlock;
    }

    /// <inheritdoc/>
    public void PauseAccepting(bool paused)
    {
        _queue.Paused = paused;
        foreach (var acceptor in paused ? [] : _acceptors)
            acceptor.Ask();
    }

    /// <inheritdoc/>
    public void StopListening()
    {
        foreach (var acceptor in _acceptors)
            acceptor.Stop();
    }

    /// <inheritdoc/>
    public void Register(int handle, ulong token)
    {
        TransportToken.Check(token);
        Get(handle).Register(token);
    }

    /// <inheritdoc/>
    public TransferResult Receive(int handle, Span<byte> buffer) => Get(handle).Receive(buffer);

    /// <inheritdoc/>
    /// <remarks>
    /// What a full socket refuses is copied, up to <see cref="PendingSend.BytesMax"/>, and counts as sent. While the copy is
    /// on its way, a send would block.
    /// </remarks>
    public TransferResult Send(int handle, ReadOnlySpan<byte> bytes) => Get(handle).Send(bytes);

    /// <inheritdoc/>
    public int BatchMax => 0;

    /// <inheritdoc/>
    public void SendAll(Span<BatchedSend> batch) => throw new NotSupportedException();

    /// <inheritdoc/>
    public int QueuedBytes(int handle) => -1; // no portable way to ask

    /// <inheritdoc/>
    public void ShutdownSend(int handle) => Get(handle).ShutdownSend();

    /// <inheritdoc/>
    public void Close(int handle, bool reset)
    {
        var connection = Get(handle);
        _connections[handle] = null;
        _free.Enqueue(handle, handle);
        connection.Close(reset);
    }

    /// <summary>Stops listening and resets every connection that is still open or lingers.</summary>
    public void Dispose()
    {
        StopListening();
        for (int handle = 0; handle < _used; handle++)
        {
            if (_connections[handle] is not null)
                Close(handle, reset: true);
        }

        _lingering.Dispose();
        _sends.Dispose();
    }

    private static PeerAddress ToPeer(IPEndPoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endpoint.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new PeerAddress(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes), (ushort)endpoint.Port);
    }

    private bool TryAdd(Socket socket, out int handle, out PeerAddress peer)
    {
        try
        {
            socket.Blocking = false;
            if (!SocketsTuning.IsInherited)
                SocketsTuning.Tune(socket);
            peer = ToPeer((IPEndPoint)socket.RemoteEndPoint!);
        }
        catch (SocketException)
        {
            socket.Close(0); // it died in the queue
            handle = -1;
            peer = default;
            return false;
        }

        // The lowest free handle, as the kernel gives out descriptors: the table stays dense.
        handle = _free.TryDequeue(out int free, out _) ? free : _used++;
        if (handle == _connections.Length)
            Array.Resize(ref _connections, _connections.Length * 2);
        _connections[handle] = new SocketsConnection(socket, _queue, _sends, _lingering);
        return true;
    }

    private SocketsConnection Get(int handle) =>
        (uint)handle < (uint)_used && _connections[handle] is { } connection
            ? connection
            : throw new InvalidOperationException($"handle {handle} is not open");
}
