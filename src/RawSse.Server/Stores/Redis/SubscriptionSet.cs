using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// The subscriptions that one server is asked for: subscribes in batches, counts the confirmations, and after the link was lost
/// asks for all of them anew. Redis confirms names in the order in which they were asked for, so a name that was closed and
/// opened again in the meantime is never taken for the wrong one. Home shard's thread.
/// </summary>
internal sealed class SubscriptionSet(RedisStore store, RedisServer server)
{
    /// <summary>Names in one command.</summary>
    private const int NamesMax = 500;

    /// <summary>Names that are asked for at a time: Redis serves others in between.</summary>
    private const int AskedMax = 10_000;

    private readonly List<RedisSubscription> _all = [];
    private readonly Queue<RedisSubscription> _toAsk = new();
    private readonly Queue<RedisSubscription> _asked = new();

    /// <summary>For each command under way how many names are still to be confirmed.</summary>
    private readonly Queue<int> _batches = new();
    private readonly List<RedisSubscription> _batch = new(NamesMax);
    private readonly List<ChannelName> _toLeave = [];
    private readonly ByteBuffer _request = new();
    private int _batchLeft;
    private int _awaited;

    public int Count => _all.Count;

    /// <summary>Everything that was subscribed when the link opened is again.</summary>
    public bool IsWhole => _awaited == 0;

    public RedisSubscription this[int index] => _all[index];

    public void Add(RedisSubscription subscription)
    {
        subscription.Server = server;
        subscription.State = SubscriptionState.Waiting;
        subscription.Index = _all.Count;
        _all.Add(subscription);
        if (!subscription.IsByPattern && server.Subscriptions.IsOpen)
            _toAsk.Enqueue(subscription);
    }

    /// <param name="leaves">the server is told; else it knows</param>
    public void Remove(RedisSubscription subscription, bool leaves = true)
    {
        RedisSubscription last = _all[^1];
        _all[subscription.Index] = last;
        last.Index = subscription.Index;
        _all.RemoveAt(_all.Count - 1);
        subscription.Server = null;
        if (leaves && !subscription.IsByPattern && subscription.State != SubscriptionState.Waiting)
            _toLeave.Add(subscription.Name);
        Settle(subscription);
    }

    /// <summary>Asks again for one that the server has let go.</summary>
    public void AskAgain(RedisSubscription subscription)
    {
        subscription.State = SubscriptionState.Waiting;
        if (server.Subscriptions.IsOpen)
            _toAsk.Enqueue(subscription);
    }

    public void OnLinkOpened()
    {
        foreach (RedisSubscription subscription in _all)
        {
            if (subscription.IsByPattern)
                continue;
            subscription.IsAwaited = true;
            _awaited++;
            _toAsk.Enqueue(subscription);
        }
    }

    public void OnLinkLost()
    {
        _toAsk.Clear();
        _asked.Clear();
        _batches.Clear();
        _toLeave.Clear();
        _batchLeft = 0;
        _awaited = 0;
        foreach (RedisSubscription subscription in _all)
        {
            if (subscription.IsByPattern)
                continue;
            subscription.State = SubscriptionState.Waiting;
            subscription.IsAwaited = false;
            subscription.Miss();
        }
    }

    /// <summary>Writes what is to be asked. Only while the link is open.</summary>
    public void Flush()
    {
        for (int start = 0; start < _toLeave.Count; start += NamesMax)
            WriteLeave(start, Math.Min(NamesMax, _toLeave.Count - start));
        _toLeave.Clear();
        int namesMax = store.Options.IsSharded ? 1 : NamesMax;
        while (_toAsk.Count > 0 && _asked.Count < AskedMax)
        {
            while (_batch.Count < namesMax && _toAsk.TryPeek(out RedisSubscription? subscription))
            {
                if (subscription.AsksAlone && _batch.Count > 0)
                    break;
                _toAsk.Dequeue();
                if (!ReferenceEquals(subscription.Server, server) || subscription.State != SubscriptionState.Waiting)
                    continue;
                Ask(subscription);
                if (subscription.AsksAlone)
                    break;
            }
            WriteBatch();
        }
    }

    /// <summary>A confirmation.</summary>
    public void OnSubscribed(ReadOnlySpan<byte> pubSubChannel)
    {
        if (!_asked.TryDequeue(out RedisSubscription? subscription)
            || !store.Options.Keys.TryGetChannel(pubSubChannel, out ReadOnlySpan<byte> name)
            || !subscription.Name.Bytes.SequenceEqual(name))
        {
            server.Subscriptions.Break("it confirmed what was not asked for");
            return;
        }
        if (_batchLeft == 0)
            _batchLeft = _batches.Dequeue();
        _batchLeft--;
        // Another one with this name was asked for behind it, or is being left.
        if (subscription.IsGone || !ReferenceEquals(subscription.Server, server))
            return;
        subscription.State = SubscriptionState.Confirmed;
        subscription.AsksAlone = false;
        Settle(subscription);
        server.OnConfirmed(subscription);
    }

    /// <summary>An error came instead of the confirmations of the oldest command.</summary>
    /// <param name="slot">what it was about, where that is known: leaving a shard channel may be refused as well</param>
    public void OnRefused(int? slot = null)
    {
        if (slot is not null && (!_asked.TryPeek(out RedisSubscription? oldest) || oldest.Slot != slot))
            return;
        if (_batchLeft == 0 && !_batches.TryDequeue(out _batchLeft))
            return;
        for (; _batchLeft > 0; _batchLeft--)
        {
            RedisSubscription subscription = _asked.Dequeue();
            if (subscription.IsGone || !ReferenceEquals(subscription.Server, server))
                continue;
            subscription.State = SubscriptionState.Waiting;
            subscription.AsksAlone = true;
            store.SubscribeLater(subscription);
            // What one user may not have does not keep the server down for all others.
            Settle(subscription);
        }
    }

    private void Settle(RedisSubscription subscription)
    {
        if (!subscription.IsAwaited)
            return;
        subscription.IsAwaited = false;
        if (--_awaited == 0)
            server.Evaluate();
    }

    private void Ask(RedisSubscription subscription)
    {
        subscription.State = SubscriptionState.Asked;
        _batch.Add(subscription);
    }

    private void WriteBatch()
    {
        if (_batch.Count == 0)
            return;
        RespWriter.WriteCommand(_request, 1 + _batch.Count);
        RespWriter.WriteBulk(_request, store.Options.IsSharded ? "SSUBSCRIBE"u8 : "SUBSCRIBE"u8);
        foreach (RedisSubscription subscription in _batch)
        {
            store.WritePubSubChannel(_request, subscription.Name.Bytes);
            _asked.Enqueue(subscription);
        }
        _batches.Enqueue(_batch.Count);
        _batch.Clear();
        Write();
    }

    private void WriteLeave(int start, int count)
    {
        if (store.Options.IsSharded && count > 1)
        {
            for (int i = 0; i < count; i++)
                WriteLeave(start + i, 1);
            return;
        }
        RespWriter.WriteCommand(_request, 1 + count);
        RespWriter.WriteBulk(_request, store.Options.IsSharded ? "SUNSUBSCRIBE"u8 : "UNSUBSCRIBE"u8);
        for (int i = start; i < start + count; i++)
            store.WritePubSubChannel(_request, _toLeave[i].Bytes);
        Write();
    }

    private void Write()
    {
        server.Subscriptions.Write(_request.Written);
        _request.Release();
    }
}
