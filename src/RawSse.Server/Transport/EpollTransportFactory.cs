using System.Net;
using System.Runtime.Versioning;

namespace RawSse.Server.Transport;

/// <summary>
/// A listener for each endpoint and shard: with SO_REUSEPORT the kernel spreads connections, and no shard waits for another.
/// </summary>
/// <remarks>
/// Each shard's listeners take connections from <see cref="Bind"/> on, so each shard's transport must be created and polled.
/// What was not handed to a transport is closed by <see cref="Dispose"/>. One thread.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class EpollTransportFactory(bool usesRings = false) : ITransportFactory
{
    private int[]?[] _shards = [];

    /// <inheritdoc/>
    public IReadOnlyList<IPEndPoint> Bind(IReadOnlyList<IPEndPoint> endpoints, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        if (_shards.Length > 0)
            throw new InvalidOperationException("bound already");
        _shards = new int[shards][];
        for (int shard = 0; shard < shards; shard++)
        {
            _shards[shard] = new int[endpoints.Count];
            _shards[shard].AsSpan().Fill(-1);
        }

        var bound = new IPEndPoint[endpoints.Count];
        try
        {
            for (int i = 0; i < bound.Length; i++)
                bound[i] = BindOne(i, endpoints[i], SocketTuning.IsDualStack(endpoints[i], endpoints));
        }
        catch
        {
            Dispose();
            throw;
        }

        return bound;
    }

    /// <inheritdoc/>
    public ITransport Create(int shard)
    {
        int[] listeners = _shards[shard] ?? throw new InvalidOperationException($"shard {shard} has its transport already");
        _shards[shard] = null;
        return new EpollTransport(listeners, usesRings);
    }

    public void Dispose()
    {
        foreach (int[]? listeners in _shards)
        {
            foreach (int fd in listeners ?? [])
            {
                if (fd >= 0)
                    _ = LibC.Close(fd);
            }
        }

        _shards = [];
    }

    // The first socket listens alone, so that any other listener there makes it fail, also one with SO_REUSEPORT. Only then
    // is the port opened to the other shards' sockets; from the first moment a second RawSse would fail on ours.
    private IPEndPoint BindOne(int index, IPEndPoint endpoint, bool dualStack)
    {
        int first = EpollListener.Open(endpoint, dualStack, shared: false);
        _shards[0]![index] = first;
        var bound = new IPEndPoint(endpoint.Address, EpollListener.Port(first, endpoint));
        if (_shards.Length > 1)
            EpollListener.Share(first, bound);
        for (int shard = 1; shard < _shards.Length; shard++)
            _shards[shard]![index] = EpollListener.Open(bound, dualStack, shared: true);
        return bound;
    }
}
