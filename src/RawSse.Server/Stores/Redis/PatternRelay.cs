using RawSse.Protocol.Resp;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// The patterns of a node: one shard subscribes them, hands each message to the home shard of its channel in batches, and tells
/// all stores when the patterns are live and when they are not. That shard's thread.
/// </summary>
internal sealed class PatternRelay
{
    private readonly RedisStore _store;
    private readonly RedisShared _shared;
    private readonly byte[][] _patterns;
    private readonly PatternBatches[] _batches;
    private RedisServer? _server;
    private int _awaited;

    public PatternRelay(RedisStore store, RedisShared shared)
    {
        _store = store;
        _shared = shared;
        _patterns = [.. store.Options.Patterns.Select(pattern => store.Options.Keys.PubSubPattern(pattern.Bytes))];
        _batches = [.. Enumerable.Range(0, shared.Stores.Length).Select(home => new PatternBatches(store, shared, home))];
    }

    /// <summary>Subscribes, if no other server has been asked.</summary>
    public void OnLinkOpened(RedisServer server)
    {
        if (_server is not null)
            return;
        _server = server;
        _awaited = _patterns.Length;
        var request = new ByteBuffer();
        RespWriter.WriteCommand(request, 1 + _patterns.Length);
        RespWriter.WriteBulk(request, "PSUBSCRIBE"u8);
        foreach (byte[] pattern in _patterns)
            RespWriter.WriteBulk(request, pattern);
        server.Subscriptions.Write(request.Written);
        request.Release();
    }

    public void OnLinkLost(RedisServer server)
    {
        if (!ReferenceEquals(_server, server))
            return;
        _server = null;
        Tell(isLive: false);
        // In a cluster every master has every message.
        foreach (RedisServer other in _store.Servers.All)
        {
            if (other.Subscriptions.IsOpen && !ReferenceEquals(other, server))
                OnLinkOpened(other);
        }
    }

    public void OnSubscribed()
    {
        if (--_awaited == 0)
            Tell(isLive: true);
    }

    /// <param name="channel">the channel's name</param>
    public void Deliver(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        int home = _shared.HomeOf(channel);
        if (home == _store.Shard)
            _store.Doorbells.Ring(channel, payload);
        else
            _batches[home].Add(channel, payload);
    }

    public void Flush()
    {
        foreach (PatternBatches batches in _batches)
            batches.Flush();
    }

    private void Tell(bool isLive)
    {
        foreach (PatternBatches batches in _batches)
            batches.Tell(isLive);
    }
}
