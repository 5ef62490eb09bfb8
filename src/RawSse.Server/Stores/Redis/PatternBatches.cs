using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// What the shard that has the patterns sends to one other: batches of messages, a bounded number under way. When the other
/// falls behind, messages are dropped, and its channels are resumed once it has caught up. The sending shard's thread.
/// </summary>
internal sealed class PatternBatches(RedisStore store, RedisShared shared, int home)
{
    private const int BytesMax = 64 << 10;
    private const int BatchesMax = 64;

    private readonly Stack<PatternBatch> _spare = new();
    private PatternBatch? _filling;
    private int _count;
    private bool _isLive;
    private bool _hasDropped;

    public void Add(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        if (_filling is { Bytes: > BytesMax })
            Flush();
        if (_filling is null && !TryRent())
        {
            _hasDropped = true;
            return;
        }
        _filling!.Add(channel, payload);
    }

    public void Flush()
    {
        if (_filling is not { } batch)
            return;
        _filling = null;
        shared.Stores[home]!.Mailbox.Post(batch);
    }

    /// <summary>Behind the messages so far.</summary>
    public void Tell(bool isLive)
    {
        _isLive = isLive;
        if (home == store.Shard)
        {
            store.OnPatterns(isLive);
            return;
        }
        Flush();
        RedisStore target = shared.Stores[home]!;
        target.Mailbox.Post(new ActionItem(() => target.OnPatterns(isLive)));
    }

    /// <summary>The other shard has rung what is in it.</summary>
    public void OnReturned(PatternBatch batch)
    {
        batch.Clear();
        _spare.Push(batch);
        if (!_hasDropped)
            return;
        _hasDropped = false;
        if (_isLive)
            Tell(isLive: true);
    }

    private bool TryRent()
    {
        if (_spare.TryPop(out _filling))
            return true;
        if (_count == BatchesMax)
            return false;
        _count++;
        _filling = new PatternBatch(this, store, shared.Stores[home]!);
        return true;
    }
}
