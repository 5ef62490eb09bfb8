using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace RawSse.Bench.Kestrel;

/// <summary>A channel whose subscribers have a queue each; one whose queue is full has read too slowly, and its stream ends.</summary>
internal sealed class TypedChannel
{
    private const int QueueMax = 1_000;

    private readonly Lock _lock = new();
    private readonly History<SseItem<string>> _history = new();
    private readonly HashSet<Channel<SseItem<string>>> _subscribers = [];

    /// <summary>The id of the event.</summary>
    public long Publish(string? type, string data)
    {
        lock (_lock)
        {
            long id = _history.NextId;
            var item = new SseItem<string>(data, type) { EventId = id.ToString(CultureInfo.InvariantCulture) };
            _history.Add(item);
            foreach (Channel<SseItem<string>> subscriber in _subscribers)
                if (!subscriber.Writer.TryWrite(item)) subscriber.Writer.TryComplete();
            return id;
        }
    }

    /// <summary>The events that the client missed, then those that come, until it goes.</summary>
    public async IAsyncEnumerable<SseItem<string>> SubscribeAsync(
        HttpContext context, long? lastEventId, [EnumeratorCancellation] CancellationToken end)
    {
        var queue = Channel.CreateBounded<SseItem<string>>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
        SseItem<string>[] missed;
        lock (_lock)
        {
            missed = lastEventId is { } id ? _history.After(id) : [];
            _subscribers.Add(queue);
        }
        try
        {
            // The head would only go out with the first event, and until then no EventSource would know that it is connected.
            await context.Response.Body.FlushAsync(end);
            foreach (SseItem<string> item in missed) yield return item;
            await foreach (SseItem<string> item in queue.Reader.ReadAllAsync(end)) yield return item;
        }
        finally
        {
            lock (_lock) _subscribers.Remove(queue);
        }
    }
}
