using System.Runtime.InteropServices;
using System.Text;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Http;

/// <summary>Connections to which bytes come in the pieces that a test makes of them, and which keep what they are sent.</summary>
internal sealed class PieceTransport(int connections) : ITransport
{
    private readonly Queue<ulong> _readable = new();
    private readonly List<byte>[] _arrived = [.. Enumerable.Range(0, connections).Select(_ => new List<byte>())];
    private readonly MemoryStream[] _sent = [.. Enumerable.Range(0, connections).Select(_ => new MemoryStream())];
    private readonly ulong[] _tokens = new ulong[connections];
    private readonly bool[] _isFinished = new bool[connections];
    private int _accepted;

    /// <summary>A receive that took all there was says so, as epoll's does.</summary>
    public bool SaysDrained { get; set; } = true;

    /// <summary>Receives so far: the system calls of a real transport.</summary>
    public int Receives { get; private set; }

    public int BatchMax => 0;

    public void Arrive(int handle, ReadOnlySpan<byte> bytes)
    {
        _arrived[handle].AddRange(bytes);
        _readable.Enqueue(_tokens[handle]);
    }

    /// <summary>FIN.</summary>
    public void Finish(int handle) => _isFinished[handle] = true;

    public string SentTo(int handle) => Encoding.UTF8.GetString(_sent[handle].GetBuffer(), 0, (int)_sent[handle].Length);

    public int Poll(Span<TransportEvent> events, int timeoutMs)
    {
        if (_accepted < connections)
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
        if (_accepted == connections)
            return AcceptStatus.WouldBlock;
        _accepted++;
        return AcceptStatus.Accepted;
    }

    public void Register(int handle, ulong token) => _tokens[handle] = token;

    public TransferResult Receive(int handle, Span<byte> buffer)
    {
        Receives++;
        List<byte> arrived = _arrived[handle];
        if (arrived.Count == 0)
            return new TransferResult(_isFinished[handle] ? TransferStatus.EndOfStream : TransferStatus.WouldBlock, 0);
        int count = Math.Min(arrived.Count, buffer.Length);
        CollectionsMarshal.AsSpan(arrived)[..count].CopyTo(buffer);
        arrived.RemoveRange(0, count);
        return new TransferResult(TransferStatus.Done, count, IsDrained: SaysDrained && count < buffer.Length);
    }

    public TransferResult Send(int handle, ReadOnlySpan<byte> bytes)
    {
        _sent[handle].Write(bytes);
        return new TransferResult(TransferStatus.Done, bytes.Length);
    }

    public void SendAll(Span<BatchedSend> batch) => throw new NotSupportedException();

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
