using System.Text;
using RawSse.Server.Transport;

namespace RawSse.Simulation.Tests;

/// <summary>The client's end of a simulated connection, in the hands of the test. Made by <see cref="SimulatedTransport.Connect"/>.</summary>
internal sealed class SimulatedClient
{
    private readonly SimulatedTransport _transport;
    private readonly List<byte> _toServer = [];
    private readonly List<byte> _toClient = [];
    private bool _registered;
    private bool _wantsRead;
    private bool _wantsWrite;
    private bool _finished;
    private bool _reset;
    private bool _isEndLate;
    private Readiness _news;

    internal SimulatedClient(SimulatedTransport transport, PeerAddress peer)
    {
        _transport = transport;
        Peer = peer;
    }

    /// <summary>What the server sees as the peer's address.</summary>
    public PeerAddress Peer { get; }

    /// <summary>Bytes that the server can send before its sends would block. Set by <see cref="LimitWindow"/>.</summary>
    public long Window { get; private set; } = long.MaxValue;

    /// <summary>What the server is told of bytes on their way that this end has not acknowledged; -1: nobody knows.</summary>
    public int QueuedBytes { get; set; } = -1;

    /// <summary>The server has sent its FIN; nothing more comes.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The server has reset the connection, or refused it.</summary>
    public bool IsReset { get; private set; }

    /// <summary>The server has closed its end, in whichever way.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>All that the server has sent and <see cref="Take"/> has not taken yet.</summary>
    public ReadOnlySpan<byte> Received => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_toClient);

    public string ReceivedText => Encoding.UTF8.GetString(Received);

    internal ulong Token { get; private set; }

    /// <summary>Stands in the transport's ready list.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Reads everything that has come.</summary>
    public byte[] Take()
    {
        byte[] taken = [.. _toClient];
        _toClient.Clear();
        return taken;
    }

    /// <summary>Bytes arrive at the server, all of them at once.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        SimulatedTransport.Require(!_finished && !_reset, "a client that writes after its own end");
        if (IsClosed || bytes.IsEmpty)
            return;
        _toServer.AddRange(bytes);
        Tell(Readiness.Readable);
    }

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes arrive one by one; <paramref name="between"/> runs after each, e.g. a step of the shard.</summary>
    public void WriteTorn(ReadOnlySpan<byte> bytes, Action between)
    {
        foreach (byte one in bytes)
        {
            Write([one]);
            between();
        }
    }

    /// <summary>From now on the server may send <paramref name="bytes"/> until the window is opened.</summary>
    public void LimitWindow(long bytes) => Window = bytes;

    /// <summary>The server may send so many bytes more; if a send was blocked, it hears of it.</summary>
    public void OpenWindow(long bytes = long.MaxValue)
    {
        Window = bytes > long.MaxValue - Window ? long.MaxValue : Window + bytes;
        if (Window > 0)
            Tell(Readiness.Writable);
    }

    /// <summary>FIN: the client sends no more, but still reads.</summary>
    public void Finish()
    {
        if (_finished || _reset)
            return;
        _finished = true;
        if (_transport.TellsPeerClosed)
            Add(Readiness.PeerClosed);
        else
            Tell(Readiness.Readable);
    }

    /// <summary>RST: whatever is on its way in either direction is lost.</summary>
    public void Reset()
    {
        _reset = true;
        _toServer.Clear();
        Add(Readiness.Failed);
    }

    internal void Register(ulong token)
    {
        SimulatedTransport.Require(!_registered, "registered twice");
        (Token, _registered, _wantsRead) = (token, true, true);
        if (_toServer.Count > 0 || _finished)
            Tell(Readiness.Readable);
        if (Window > 0)
            Tell(Readiness.Writable);
        Add(Readiness.None);
    }

    /// <summary>There is something that no event has told.</summary>
    internal bool HasNews => _news != Readiness.None;

    /// <summary>What an event tells; if it is late for the end, that is left for the next one.</summary>
    internal Readiness TakeNews(bool isLateForEnd)
    {
        var left = isLateForEnd && !_isEndLate ? _news & (Readiness.PeerClosed | Readiness.Failed) : Readiness.None;
        _isEndLate |= left != Readiness.None;
        var news = _news & ~left;
        _news = left;
        // There is an end to be read.
        return news.HasFlag(Readiness.PeerClosed) ? news | Readiness.Readable : news;
    }

    internal TransferResult ServerReceives(Span<byte> buffer, bool saysDrained)
    {
        if (_reset)
            return new TransferResult(TransferStatus.Failed, 0);
        int count = Math.Min(buffer.Length, _toServer.Count);
        if (count > 0)
        {
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_toServer)[..count].CopyTo(buffer);
            _toServer.RemoveRange(0, count);
            bool isDrained = saysDrained && count < buffer.Length;
            _wantsRead |= isDrained;
            return new TransferResult(TransferStatus.Done, count, isDrained);
        }

        _wantsRead = !_finished;
        return new TransferResult(_finished ? TransferStatus.EndOfStream : TransferStatus.WouldBlock, 0);
    }

    internal TransferResult ServerSends(ReadOnlySpan<byte> bytes, int countMax)
    {
        SimulatedTransport.Require(!IsEnded, "send after ShutdownSend");
        if (_reset)
            return new TransferResult(TransferStatus.Failed, 0);
        int count = (int)Math.Min(countMax, Window);
        _wantsWrite = count < bytes.Length;
        if (Window != long.MaxValue)
            Window -= count;
        _toClient.AddRange(bytes[..count]);
        if (_wantsWrite && Window > 0)
            Tell(Readiness.Writable); // torn, not full: it may go on at once
        return count > 0
            ? new TransferResult(TransferStatus.Done, count)
            : new TransferResult(TransferStatus.WouldBlock, 0);
    }

    internal void ServerFinishes() => IsEnded = true;

    internal void ServerClosed(bool reset)
    {
        IsClosed = true;
        IsReset = reset;
        IsEnded |= !reset;
        _news = Readiness.None;
    }

    // An edge for who waits for it: after a WouldBlock (or a partial send), once.
    private void Tell(Readiness edge)
    {
        ref bool wanted = ref edge == Readiness.Writable ? ref _wantsWrite : ref _wantsRead;
        if (!wanted || IsClosed)
            return;
        wanted = false;
        Add(edge);
    }

    private void Add(Readiness news)
    {
        if (IsClosed)
            return;
        _news |= news;
        if (_registered && _news != Readiness.None)
            _transport.Announce(this);
    }
}
