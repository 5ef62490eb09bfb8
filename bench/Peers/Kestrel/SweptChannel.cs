using System.Buffers;
using System.IO.Pipelines;

namespace RawSse.Bench.Kestrel;

/// <summary>
/// A channel that encodes each event once and writes the same bytes to all. One sweep runs at a time, on a thread of the pool: it
/// takes all events that have come since the last one, writes them to each live subscriber in one go and waits for none. A client
/// that reads too slowly is not live until its bytes are flushed and it has caught up from the history; one that has fallen out of
/// the history is closed.
/// </summary>
internal sealed class SweptChannel : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly History<byte[]> _history = new();
    private readonly List<SweptSubscriber> _arrivals = [];
    private readonly List<SweptSubscriber> _departures = [];
    private List<byte[]> _unswept = [];
    private bool _isScheduled;

    // The sweep's own: it runs once at a time.
    private readonly List<SweptSubscriber> _live = [];
    private List<byte[]> _events = [];

    /// <summary>The id of the event; 0: it cannot be encoded.</summary>
    public long Publish(string? type, ReadOnlySequence<byte> data)
    {
        lock (_lock)
        {
            if (EventFrame.TryEncode(_history.NextId, type, data) is not { } frame) return 0;
            _history.Add(frame);
            _unswept.Add(frame);
            Schedule();
            return _history.LastId;
        }
    }

    /// <summary>Serves a stream until its client goes.</summary>
    /// <param name="lastEventId">what the client has; null: it begins with what comes next</param>
    public async Task ServeAsync(HttpContext context, long? lastEventId)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        SweptSubscriber subscriber;
        byte[][] missed;
        lock (_lock)
        {
            missed = lastEventId is { } id ? _history.After(id) : [];
            subscriber = new SweptSubscriber(context, _history.LastId);
        }
        // What it missed goes out together with the head.
        _ = CatchUpAsync(subscriber, FlushAsync(subscriber, missed));
        using (context.RequestAborted.UnsafeRegister(_ => Leave(subscriber), null)) await subscriber.Released;
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            long to;
            lock (_lock)
            {
                if (_arrivals.Count + _departures.Count + _unswept.Count == 0)
                {
                    _isScheduled = false;
                    return;
                }
                to = _history.LastId;
                (_events, _unswept) = (_unswept, _events);
                _unswept.Clear();
                // In this order: who has come and gone meanwhile is in both.
                foreach (SweptSubscriber subscriber in _arrivals) Admit(subscriber);
                foreach (SweptSubscriber subscriber in _departures) Dismiss(subscriber);
                _arrivals.Clear();
                _departures.Clear();
            }
            Sweep(to);
        }
    }

    /// <summary>Writes the events taken, the last of which is <paramref name="to"/>, to all that are live.</summary>
    private void Sweep(long to)
    {
        if (_events.Count == 0) return;
        byte[] all = Joined(0);
        long from = to - _events.Count;
        // Backwards, since the last one takes the place of one that leaves.
        for (int i = _live.Count - 1; i >= 0; i--)
        {
            SweptSubscriber subscriber = _live[i];
            // One that has just arrived may have some of them already.
            long skip = subscriber.Position - from;
            if (skip < _events.Count) Write(subscriber, skip == 0 ? all : Joined((int)skip), to);
        }
    }

    private byte[] Joined(int skip) => _events.Count - skip == 1
        ? _events[^1]
        : [.. _events.Skip(skip).SelectMany(frame => frame)];

    private void Write(SweptSubscriber subscriber, byte[] bytes, long to)
    {
        subscriber.Position = to;
        ValueTask<FlushResult> flush = subscriber.Writer.WriteAsync(bytes, CancellationToken.None);
        if (flush.IsCompletedSuccessfully)
        {
            // Also where the connection has ended: that is told by its request.
            _ = flush.Result;
            return;
        }
        Remove(subscriber);
        _ = CatchUpAsync(subscriber, flush);
    }

    private void Admit(SweptSubscriber subscriber)
    {
        subscriber.Index = _live.Count;
        _live.Add(subscriber);
    }

    // One that is not live catches up, and finds out by itself that it has ended.
    private void Dismiss(SweptSubscriber subscriber)
    {
        if (subscriber.Index < 0) return;
        Remove(subscriber);
        subscriber.Release();
    }

    private void Remove(SweptSubscriber subscriber)
    {
        SweptSubscriber last = _live[^1];
        (_live[subscriber.Index], last.Index) = (last, subscriber.Index);
        _live.RemoveAt(_live.Count - 1);
        subscriber.Index = -1;
    }

    /// <summary>Waits for a flush and writes what came meanwhile, until there is nothing more and the sweep takes over.</summary>
    private async Task CatchUpAsync(SweptSubscriber subscriber, ValueTask<FlushResult> flush)
    {
        try
        {
            await flush;
            while (TakeMissed(subscriber) is { } missed) await FlushAsync(subscriber, missed);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The connection has ended while it was written to.
            subscriber.Release();
        }
    }

    /// <summary>What is to be written next; null: nothing, since it has arrived, or has ended, or has to.</summary>
    private byte[][]? TakeMissed(SweptSubscriber subscriber)
    {
        lock (_lock)
        {
            bool isLost = !_history.Reaches(subscriber.Position);
            if (isLost) subscriber.Abort();
            if (isLost || subscriber.IsEnded)
            {
                subscriber.Release();
                return null;
            }
            byte[][] missed = _history.After(subscriber.Position);
            subscriber.Position = _history.LastId;
            if (missed.Length > 0) return missed;
            _arrivals.Add(subscriber);
            Schedule();
            return null;
        }
    }

    private static ValueTask<FlushResult> FlushAsync(SweptSubscriber subscriber, byte[][] events)
    {
        foreach (byte[] frame in events) subscriber.Writer.Write(frame);
        return subscriber.Writer.FlushAsync(CancellationToken.None);
    }

    private void Leave(SweptSubscriber subscriber)
    {
        lock (_lock)
        {
            subscriber.IsEnded = true;
            _departures.Add(subscriber);
            Schedule();
        }
    }

    private void Schedule()
    {
        if (_isScheduled) return;
        _isScheduled = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
