namespace RawSse.Server.Transport;

/// <summary>
/// Connections that were closed while their last bytes were still on the way: each may linger only so long, since a peer
/// that takes nothing would otherwise keep its socket for ever. Any thread.
/// </summary>
internal sealed class SocketsLingering(TimeProvider time) : IDisposable
{
    public static readonly TimeSpan LingerMax = TimeSpan.FromSeconds(10);

    private readonly Dictionary<SocketsConnection, ITimer> _timers = [];
    private bool _disposed;

    public void Add(SocketsConnection connection)
    {
        lock (_timers)
        {
            if (!_disposed)
                _timers.Add(connection, time.CreateTimer(Expire, connection, LingerMax, Timeout.InfiniteTimeSpan));
        }
    }

    public void Remove(SocketsConnection connection)
    {
        lock (_timers)
        {
            if (_timers.Remove(connection, out var timer))
                timer.Dispose();
        }
    }

    public void Dispose()
    {
        SocketsConnection[] left;
        lock (_timers)
        {
            _disposed = true;
            left = [.. _timers.Keys];
        }

        foreach (var connection in left)
            Expire(connection);
    }

    private void Expire(object? state)
    {
        var connection = (SocketsConnection)state!;
        Remove(connection);
        connection.Dispose();
    }
}
