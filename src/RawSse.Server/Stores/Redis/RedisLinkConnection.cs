using System.Buffers;
using System.IO.Pipelines;
using RawSse.Server.Channels;
using PipeRead = System.IO.Pipelines.ReadResult;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// One connection of a link, from the handshake to its loss; never used again. Two loops move bytes between the stream and two
/// pipes. The shard reads the one and writes the other, and is told of input by this very work item, which is in its mailbox at
/// most once: what arrives meanwhile is read with it. As each connection is an object of its own, nothing that an earlier one
/// posted can be taken for the present one's.
/// </summary>
internal sealed class RedisLinkConnection : WorkItem
{
    /// <summary>Received bytes that wait for the shard before receiving pauses.</summary>
    public const int ReceivedBytesMax = 1 << 20;

    private const int SegmentBytes = 64 << 10;
    private const int ReceiveBytesMin = 4 << 10;

    private readonly RedisLink _link;
    private readonly RedisStream _stream;
    private readonly Mailbox _mailbox;
    private readonly TimeProvider _clock;
    private readonly Pipe _received;
    private readonly Pipe _unsent;
    private readonly RedisLinkInput _input;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why it ended; the first to know says it.</summary>
    private string? _reason;
    private long _receivedAt;
    private long _sentBytes;
    private int _isPosted;

    // The shard's.
    private long _writtenBytes;
    private long _flushedBytes;
    private bool _isReading;
    private bool _isReleased;

    public RedisLinkConnection(RedisLink link, RedisStream stream, RedisServerInfo info, Mailbox mailbox, TimeProvider clock)
    {
        _link = link;
        _stream = stream;
        Info = info;
        _mailbox = mailbox;
        _clock = clock;
        _input = new RedisLinkInput(link);
        _receivedAt = clock.GetTimestamp();
        _received = new Pipe(new PipeOptions(
            pauseWriterThreshold: ReceivedBytesMax, resumeWriterThreshold: ReceivedBytesMax / 2,
            minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
        // What the shard flushes is sent there and then as far as the socket takes it; with TLS the pool encrypts it. The shard
        // bounds what waits, so the pipe never makes it wait.
        _unsent = new Pipe(new PipeOptions(
            readerScheduler: stream.IsEncrypted ? PipeScheduler.ThreadPool : PipeScheduler.Inline,
            pauseWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
    }

    public RedisServerInfo Info { get; }

    /// <summary>When bytes last came, in the clock's timestamps.</summary>
    public long ReceivedAt => Volatile.Read(ref _receivedAt);

    /// <summary>Whether something that came waits for the shard.</summary>
    public bool HasInput => Volatile.Read(ref _isPosted) != 0;

    /// <summary>Bytes written that the system has not taken yet. The shard's thread.</summary>
    public long UnsentBytes => _writtenBytes - Volatile.Read(ref _sentBytes);

    /// <summary>Moves bytes until the shard has released it or it is stopped; after that nothing of it runs.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Task receiving = ReceiveAsync();
        Task sending = SendAsync();
        try
        {
            await _released.Task.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The link was disposed.
        }

        _stream.Cut();
        await Task.WhenAll(receiving, sending).ConfigureAwait(false);
    }

    /// <summary>The shard's thread.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _unsent.Writer.Write(bytes);
        _writtenBytes += bytes.Length;
    }

    /// <summary>The shard's thread.</summary>
    public void Flush()
    {
        if (_flushedBytes == _writtenBytes)
            return;
        _flushedBytes = _writtenBytes;
        ValueTask<FlushResult> flush = _unsent.Writer.FlushAsync();
        if (flush.IsCompleted)
            _ = flush.Result;
        else
            Invariant.Must(false, "sending to Redis never makes a shard wait");
    }

    /// <summary>The link lets go of it. The shard's thread.</summary>
    public void Release()
    {
        if (_isReleased)
            return;
        _isReleased = true;
        _input.Stop();
        // With an error, so that what is not sent yet is not sent any more: its makers are told that it is lost.
        _unsent.Writer.Complete(new RedisLinkException("the link let go of it"));
        // In the midst of a turn somebody up the stack holds a span of it.
        if (!_isReading)
            EndReading();
        _released.TrySetResult();
    }

    /// <summary>The shard's turn to read.</summary>
    public override void Run()
    {
        // Whoever receives from here on posts anew.
        Interlocked.Exchange(ref _isPosted, 0);
        if (_isReleased || !_received.Reader.TryRead(out PipeRead result))
            return;
        _isReading = true;
        bool isSound = _input.TryTake(result.Buffer, out long taken);
        _isReading = false;
        if (_isReleased)
        {
            EndReading();
            return;
        }

        _received.Reader.AdvanceTo(result.Buffer.GetPosition(taken));
        if (!isSound)
            _link.Break(_input.Problem);
        else if (taken < result.Buffer.Length)
            Post();
        else if (result.IsCompleted)
            _link.Break(Volatile.Read(ref _reason) ?? "");
    }

    private void EndReading()
    {
        _received.Reader.Complete();
        _input.Release();
    }

    private async Task ReceiveAsync()
    {
        PipeWriter writer = _received.Writer;
        try
        {
            while (true)
            {
                int count = await _stream.ReadAsync(writer.GetMemory(ReceiveBytesMin)).ConfigureAwait(false);
                if (count == 0)
                    break;
                Volatile.Write(ref _receivedAt, _clock.GetTimestamp());
                writer.Advance(count);
                ValueTask<FlushResult> flush = writer.FlushAsync();
                Post();
                if ((await flush.ConfigureAwait(false)).IsCompleted)
                    break;
            }

            End("it closed the connection");
        }
        catch (Exception exception)
        {
            End(RedisStream.Explain(exception));
        }

        await writer.CompleteAsync().ConfigureAwait(false);
        Post();
    }

    private async Task SendAsync()
    {
        PipeReader reader = _unsent.Reader;
        try
        {
            while (true)
            {
                PipeRead result = await reader.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> piece in result.Buffer)
                {
                    await _stream.WriteAsync(piece).ConfigureAwait(false);
                    Volatile.Write(ref _sentBytes, _sentBytes + piece.Length);
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }
        }
        catch (Exception exception)
        {
            End(RedisStream.Explain(exception));
            // The shard hears of the end from the receiving side, which ends with the socket; not closed on the shard's thread.
            ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.Cut(), _stream, preferLocal: false);
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private void End(string reason) => Interlocked.CompareExchange(ref _reason, reason, null);

    private void Post()
    {
        if (Interlocked.Exchange(ref _isPosted, 1) == 0)
            _mailbox.Post(this);
    }
}
