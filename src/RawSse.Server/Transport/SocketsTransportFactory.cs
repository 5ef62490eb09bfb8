using System.Net;

namespace RawSse.Server.Transport;

/// <summary>One listener an endpoint, which all shards' transports accept on in turn. One thread.</summary>
internal sealed class SocketsTransportFactory(TimeProvider? time = null) : ITransportFactory
{
    private readonly List<SharedListener> _listeners = [];
    private bool[] _created = [];

    /// <inheritdoc/>
    public IReadOnlyList<IPEndPoint> Bind(IReadOnlyList<IPEndPoint> endpoints, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        if (_created.Length > 0)
            throw new InvalidOperationException("bound already");
        try
        {
            foreach (var endpoint in endpoints)
                _listeners.Add(new SharedListener(endpoint, SocketTuning.IsDualStack(endpoint, endpoints), shards));
        }
        catch
        {
            Dispose();
            throw;
        }

        _created = new bool[shards];
        return [.. _listeners.Select(listener => listener.EndPoint)];
    }

    /// <inheritdoc/>
    public ITransport Create(int shard)
    {
        if (_created[shard])
            throw new InvalidOperationException($"shard {shard} has its transport already");
        _created[shard] = true;
        return new SocketsTransport(_listeners, time ?? TimeProvider.System);
    }

    /// <summary>Closes the listeners, also under transports that still use them.</summary>
    public void Dispose()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
        _listeners.Clear();
        _created = [];
    }
}
