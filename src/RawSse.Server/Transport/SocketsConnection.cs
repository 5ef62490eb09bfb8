using System.Net.Sockets;

namespace RawSse.Server.Transport;

/// <summary>
/// One connection over System.Net.Sockets, with readiness made out of completions: a zero-byte receive that completes means
/// Readable; the bytes that a full socket refused are sent on by a <see cref="PendingSend"/>, whose completion means Writable.
/// </summary>
/// <remarks>
/// The shard's thread calls, pool threads complete. The object is the generation: it is never used for a second connection,
/// so a late completion meets its own closed connection and nobody else's. Flags are guarded by the queue's gate.
/// </remarks>
internal sealed class SocketsConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly SocketsReadyQueue _queue;
    private readonly PendingSendPool _sends;
    private readonly SocketsLingering _lingering;
    private readonly ReadWatch _watch;
    private bool _watching;
    private bool _sending;
    private bool _failed;
    private bool _shutdownWhenSent;
    private bool _closeWhenSent;

    public SocketsConnection(Socket socket, SocketsReadyQueue queue, PendingSendPool sends, SocketsLingering lingering)
    {
        _socket = socket;
        _queue = queue;
        _sends = sends;
        _lingering = lingering;
        _watch = new ReadWatch(this);
    }

    public ulong Token { get; private set; }

    /// <summary>Reported at the next poll. Guarded by the gate, as are the flags below.</summary>
    public Readiness Ready { get; set; }

    public bool IsQueued { get; set; }

    public bool IsRegistered { get; private set; }

    public bool IsClosed { get; private set; }

    public void Register(ulong token)
    {
        lock (_queue.Gate)
        {
            Token = token;
            IsRegistered = true;
            _queue.Announce(this, Readiness.None); // what a send before the registration has brought about
        }

        WatchReads();
    }

    public TransferResult Receive(Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length);
        if (Volatile.Read(ref _failed))
            return new TransferResult(TransferStatus.Failed, 0);
        int received = _socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.Success)
            return new TransferResult(received > 0 ? TransferStatus.Done : TransferStatus.EndOfStream, received);
        if (error != SocketError.WouldBlock)
            return new TransferResult(TransferStatus.Failed, 0);
        if (IsRegistered)
            WatchReads();
        return new TransferResult(TransferStatus.WouldBlock, 0);
    }

    public TransferResult Send(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length);
        if (Volatile.Read(ref _failed))
            return new TransferResult(TransferStatus.Failed, 0);
        if (Volatile.Read(ref _sending))
            return new TransferResult(TransferStatus.WouldBlock, 0);
        int sent = _socket.Send(bytes, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            sent = 0;
        else if (error != SocketError.Success)
            return new TransferResult(TransferStatus.Failed, 0);
        if (sent < bytes.Length)
            sent += SendLater(bytes[sent..]);
        return new TransferResult(TransferStatus.Done, sent);
    }

    /// <summary>FIN, after a pending send.</summary>
    public void ShutdownSend()
    {
        lock (_queue.Gate)
        {
            _shutdownWhenSent = _sending;
            if (_sending)
                return;
        }

        ShutdownSocket();
    }

    /// <summary>Without <paramref name="reset"/> the socket outlives this until its pending send has ended.</summary>
    public void Close(bool reset)
    {
        lock (_queue.Gate)
        {
            IsClosed = true;
            Ready = Readiness.None;
            _closeWhenSent = _sending && !reset;
            if (_closeWhenSent)
                _lingering.Add(this);
        }

        if (!_closeWhenSent)
            CloseSocket(reset);
    }

    /// <summary>Closes the socket now, by RST, whatever is still pending. Any thread.</summary>
    public void Dispose() => CloseSocket(reset: true);

    /// <summary>A pending send ended. Any thread.</summary>
    public void OnSent(PendingSend send)
    {
        var error = send.SocketError;
        while (error == SocketError.Success && send.Advance())
        {
            if (TrySendAsync(send, out error))
                return;
        }

        bool shutdown, close;
        lock (_queue.Gate)
        {
            Volatile.Write(ref _failed, _failed || error != SocketError.Success);
            Volatile.Write(ref _sending, false);
            (shutdown, close) = (_shutdownWhenSent, _closeWhenSent);
            _queue.Announce(this, _failed ? Readiness.Writable | Readiness.Failed : Readiness.Writable);
        }

        _sends.Return(send);
        if (shutdown && !close)
            ShutdownSocket();
        if (!close)
            return;
        _lingering.Remove(this);
        CloseSocket(reset: false);
    }

    private int SendLater(ReadOnlySpan<byte> bytes)
    {
        var send = _sends.Rent();
        int count = send.Load(this, bytes);
        Volatile.Write(ref _sending, true);
        if (!TrySendAsync(send, out _))
            OnSent(send);
        return count;
    }

    // True: it will complete; false: it has completed, with this error.
    private bool TrySendAsync(PendingSend send, out SocketError error)
    {
        try
        {
            bool pending = _socket.SendAsync(send);
            error = pending ? SocketError.IOPending : send.SocketError;
            return pending;
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            send.SocketError = error;
            return false;
        }
    }

    // Asks for one zero-byte receive unless one is asked for. One that completes at once is only queued: no recursion.
    private void WatchReads()
    {
        lock (_queue.Gate)
        {
            if (_watching)
                return;
            _watching = true;
        }

        if (!_socket.ReceiveAsync(_watch))
            OnReadable();
    }

    private void OnReadable()
    {
        lock (_queue.Gate)
        {
            _watching = false;
            if (_watch.SocketError != SocketError.Success)
                Volatile.Write(ref _failed, true);
            _queue.Announce(this, _failed ? Readiness.Failed : Readiness.Readable);
        }
    }

    private void ShutdownSocket()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer or our own Close was faster.
        }
    }

    // .NET resets a socket whose pending receive it has to cancel, unless the sending side was shut down before.
    private void CloseSocket(bool reset)
    {
        if (!reset)
            ShutdownSocket();
        _socket.Close(reset ? 0 : -1);
        _watch.Dispose();
    }

    // True: no execution context is captured; there is none to flow to a shard.
    private sealed class ReadWatch(SocketsConnection connection) : SocketAsyncEventArgs(true)
    {
        protected override void OnCompleted(SocketAsyncEventArgs e) => connection.OnReadable();
    }
}
