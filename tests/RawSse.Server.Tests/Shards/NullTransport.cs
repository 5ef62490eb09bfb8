using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Shards;

/// <summary>Connections that all ask for the same, take whatever they are sent, and keep nothing of it.</summary>
internal sealed class NullTransport(byte[] request, int connections) : ITransport
{
    private readonly Queue<ulong> _readable = new();
    private readonly bool[] _hasAsked = new bool[connections];
    private int _accepted;

    public long BytesSent { get; private set; }

    /// <summary>Each send makes garbage: the control of a test that counts it.</summary>
    public bool Litters { get; set; }

    public object? Litter { get; private set; }

    public int Poll(Span<TransportEvent> events, int timeoutMs)
    {
        if (_accepted < _hasAsked.Length)
        {
            events[0] = new TransportEvent(0, Readiness.Acceptable);
            return 1;
        }
        int count = 0;
        while (count < events.Length && _readable.TryDequeue(out ulong token))
            events[count++] = new TransportEvent(token, Readiness.Readable);
        return count;
    }

    public AcceptStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        peer = default;
        handle = _accepted;
        if (_accepted == _hasAsked.Length)
            return AcceptStatus.WouldBlock;
        _accepted++;
        return AcceptStatus.Accepted;
    }

    public void Register(int handle, ulong token) => _readable.Enqueue(token);

    public TransferResult Receive(int handle, Span<byte> buffer)
    {
        if (_hasAsked[handle])
            return new TransferResult(TransferStatus.WouldBlock, 0);
        _hasAsked[handle] = true;
        byte[] mine = RequestOf?.Invoke(handle) ?? request;
        mine.CopyTo(buffer);
        return new TransferResult(TransferStatus.Done, mine.Length);
    }

    public TransferResult Send(int handle, ReadOnlySpan<byte> bytes)
    {
        if (Litters)
            Litter = new object();
        if (Fails?.Invoke(handle) == true)
            return new TransferResult(TransferStatus.Failed, 0);
        BytesSent += bytes.Length;
        return new TransferResult(TransferStatus.Done, bytes.Length);
    }

    /// <summary>What the connection of this handle asks for, if not the same as all.</summary>
    public Func<int, byte[]>? RequestOf { get; set; }

    /// <summary>Whether sends to this handle find it dead.</summary>
    public Func<int, bool>? Fails { get; set; }

    public int BatchMax { get; init; }

    public void SendAll(Span<BatchedSend> batch)
    {
        foreach (ref BatchedSend send in batch)
            send.Result = Send(send.Handle, send.Bytes);
    }

    public int QueuedBytes(int handle) => -1;

    public void Wake()
    {
    }

    public void PauseAccepting(bool paused)
    {
    }

    public void StopListening()
    {
    }

    public void ShutdownSend(int handle)
    {
    }

    public void Close(int handle, bool reset)
    {
    }

    public void Dispose()
    {
    }
}
