namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Nodes that can be asked for the map, in turn: those of the URL, and the masters of the last map. Any thread.
/// </summary>
internal sealed class ClusterSeeds(IReadOnlyList<RedisEndpoint> seeds) : IMasterLocator
{
    private readonly Lock _gate = new();
    private RedisEndpoint[] _nodes = [.. seeds];
    private int _next;

    /// <summary>Whoever is in the cluster knows its map, which is all that is asked of them.</summary>
    public bool TakesAnyRole => true;

    public void Learn(IEnumerable<RedisEndpoint> masters)
    {
        RedisEndpoint[] nodes = [.. masters.Union(seeds)];
        lock (_gate)
            _nodes = nodes;
    }

    /// <summary>Another one each time: whoever asks again was not served by the last one.</summary>
    public ValueTask<RedisEndpoint> LocateAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult(_nodes[_next++ % _nodes.Length]);
    }
}
