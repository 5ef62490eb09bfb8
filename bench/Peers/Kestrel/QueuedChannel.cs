using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace RawSse.Bench.Kestrel;

/// <summary>
/// A channel that encodes each event once; each subscriber's request has a queue and writes the same bytes from it. One whose queue
/// is full has read too slowly, and its stream ends.
/// </summary>
internal sealed class QueuedChannel
{
    private const int QueueMax = 1_000;

    private readonly Lock _lock = new();
    private readonly History<byte[]> _history = new();
    private readonly HashSet<Channel<byte[]>> _subscribers = [];

    /// <summary>The id of the event; 0: it cannot be encoded.</summary>
    public long Publish(string? type, ReadOnlySequence<byte> data)
    {
        lock (_lock)
        {
            if (EventFrame.TryEncode(_history.NextId, type, data) is not { } frame) return 0;
            _history.Add(frame);
            foreach (Channel<byte[]> subscriber in _subscribers)
                if (!subscriber.Writer.TryWrite(frame)) subscriber.Writer.TryComplete();
            return _history.LastId;
        }
    }

    /// <summary>Writes the events that the client missed, then those that come, until it goes.</summary>
    /// <param name="context">its request</param>
    /// <param name="lastEventId">what the client has; null: it begins with what comes next</param>
    public async Task ServeAsync(HttpContext context, long? lastEventId)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        PipeWriter writer = context.Response.BodyWriter;
        var queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
        byte[][] missed;
        lock (_lock)
        {
            missed = lastEventId is { } id ? _history.After(id) : [];
            _subscribers.Add(queue);
        }
        try
        {
            foreach (byte[] frame in missed) writer.Write(frame);
            await writer.FlushAsync(context.RequestAborted);
            await foreach (byte[] frame in queue.Reader.ReadAllAsync(context.RequestAborted))
                await writer.WriteAsync(frame, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
        finally
        {
            lock (_lock) _subscribers.Remove(queue);
        }
    }
}
