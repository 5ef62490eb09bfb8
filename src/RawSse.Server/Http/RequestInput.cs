using System.Buffers;
using System.IO.Pipelines;
using RawSse.Server.Channels;
using RawSse.Server.Transport;

namespace RawSse.Server.Http;

/// <summary>
/// What a connection has sent and nobody has taken yet. A request mostly arrives and is answered within one turn, so it is read
/// where the shard received it; only what outlives the turn goes into a pipe.
/// </summary>
/// <remarks>
/// The shard's thread only. Bytes that <see cref="Fill"/> has got lie in its buffer until <see cref="Keep"/>, which must be
/// called before the buffer is used for another connection.
/// </remarks>
internal sealed class RequestInput
{
    /// <summary>Room for a receive: with less in its block a pipe takes a new one.</summary>
    private const int ReceiveBytesMin = 1024;

    // Everything happens on the shard's thread: no thresholds, no schedulers.
    private static readonly PipeOptions s_options = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 4096, useSynchronizationContext: false);

    private readonly Pipe _pipe = new(s_options);
    private ReadOnlySequence<byte> _received;
    private bool _isPiped;

    /// <summary>Receives until nothing more is there, or as many bytes came as <paramref name="buffer"/> has.</summary>
    /// <param name="transport">where the connection is</param>
    /// <param name="handle">the connection</param>
    /// <param name="buffer">the shard's, for the first receive</param>
    /// <param name="hasEnd">an event may have told of a FIN: it is read for even after a receive that drained the socket</param>
    /// <param name="read">bytes that came</param>
    /// <returns>how the last receive ended</returns>
    public TransferStatus Fill(ITransport transport, int handle, Memory<byte> buffer, bool hasEnd, out int read)
    {
        read = 0;
        TransferResult result;
        do
        {
            result = Receive(transport, handle, buffer);
            read += result.Count;
        }
        while (result.Status == TransferStatus.Done && read < buffer.Length && (hasEnd || !result.IsDrained));
        return result.Status;
    }

    /// <summary>What there is. <see cref="Take"/> must follow.</summary>
    public ReadOnlySequence<byte> Peek()
    {
        if (!_isPiped)
            return _received;
        bool isThere = _pipe.Reader.TryRead(out ReadResult read);
        Invariant.Must(isThere, "what is kept is there to be read");
        return read.Buffer;
    }

    /// <summary>Takes what lies before <paramref name="consumed"/> of what <see cref="Peek"/> gave; whether nothing is left.</summary>
    public bool Take(in ReadOnlySequence<byte> peeked, SequencePosition consumed)
    {
        ReadOnlySequence<byte> left = peeked.Slice(consumed);
        bool isEmpty = left.IsEmpty;
        if (_isPiped)
        {
            _pipe.Reader.AdvanceTo(consumed);
            _isPiped = !isEmpty;
        }
        else
        {
            _received = left;
        }
        return isEmpty;
    }

    /// <summary>Brings what lies in the buffer of the last receive to safety.</summary>
    public void Keep()
    {
        if (_received.IsEmpty)
            return;
        foreach (ReadOnlyMemory<byte> part in _received)
            _pipe.Writer.Write(part.Span);
        _received = default;
        _isPiped = true;
        Flush();
    }

    /// <summary>Forgets all there is. The pipe keeps a block, if it was ever needed.</summary>
    public void Clear()
    {
        _received = default;
        if (_isPiped)
            Release();
    }

    /// <summary>Forgets all there is and gives the memory back.</summary>
    public void Release()
    {
        _received = default;
        _isPiped = false;
        _pipe.Writer.Complete();
        _pipe.Reader.Complete();
        _pipe.Reset();
    }

    /// <summary>One receive: into <paramref name="buffer"/> while there is nothing before it, else into the pipe.</summary>
    private TransferResult Receive(ITransport transport, int handle, Memory<byte> buffer)
    {
        if (!_isPiped && _received.IsEmpty)
        {
            TransferResult first = transport.Receive(handle, buffer.Span);
            _received = new ReadOnlySequence<byte>(buffer[..first.Count]);
            return first;
        }
        Keep();
        TransferResult next = transport.Receive(handle, _pipe.Writer.GetMemory(ReceiveBytesMin).Span);
        if (next.Count > 0)
        {
            _pipe.Writer.Advance(next.Count);
            Flush();
        }
        return next;
    }

    private void Flush()
    {
#pragma warning disable CA2012 // it has completed
        ValueTask<FlushResult> flushed = _pipe.Writer.FlushAsync();
        Invariant.Must(flushed.IsCompletedSuccessfully, "a pipe without thresholds never waits");
        _ = flushed.Result;
#pragma warning restore CA2012
    }
}
