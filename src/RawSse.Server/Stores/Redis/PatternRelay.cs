using RawSse.Protocol.Resp;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// The patterns of a node: one shard subscribes them, hands each message to the home shard of its channel in batches, and tells
/// all stores when the patterns are live and when they are not. That shard's thread.
/// </summary>
internal sealed class PatternRelay
{
    /// <summary>After a refusal, as where a user may not subscribe the pattern.</summary>
    private const long AgainMs = 2000;

    private readonly RedisStore _store;
    private readonly RedisShared _shared;
    private readonly byte[][] _patterns;
    private readonly PatternBatches[] _batches;
    private RedisServer? _server;
    private long _againAtMs;
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
        Subscribe(server);
    }

    /// <summary>Whether an error answers the patterns, which were asked for first. They are asked for again after a while.</summary>
    public bool TryTakeRefusal(RedisServer server)
    {
        if (!ReferenceEquals(_server, server) || _awaited == 0)
            return false;
        _awaited = 0;
        _againAtMs = _store.NowMs + AgainMs;
        return true;
    }

    public void Tick()
    {
        if (_againAtMs == 0 || _store.NowMs < _againAtMs)
            return;
        _againAtMs = 0;
        if (_server is { Subscriptions.IsOpen: true } server)
            Subscribe(server);
    }

    public void OnLinkLost(RedisServer server)
    {
        if (!ReferenceEquals(_server, server))
            return;
        _server = null;
        _againAtMs = 0;
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

    private void Subscribe(RedisServer server)
    {
        _awaited = _patterns.Length;
        var request = new ByteBuffer();
        RespWriter.WriteCommand(request, 1 + _patterns.Length);
        RespWriter.WriteBulk(request, "PSUBSCRIBE"u8);
        foreach (byte[] pattern in _patterns)
            RespWriter.WriteBulk(request, pattern);
        server.Subscriptions.Write(request.Written);
        request.Release();
    }

    private void Tell(bool isLive)
    {
        foreach (PatternBatches batches in _batches)
            batches.Tell(isLive);
    }
}
