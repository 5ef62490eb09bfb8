using System.Globalization;

namespace RawSse.Server.Stores.Redis;

/// <summary>A token that is cancelled after a time, or when the link is stopped, and tells the two apart.</summary>
internal sealed class RedisDeadline : IDisposable
{
    private readonly int _ms;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;

    public RedisDeadline(int ms, TimeProvider clock, CancellationToken stop)
    {
        _ms = ms;
        _stop = stop;
        _time = new CancellationTokenSource(TimeSpan.FromMilliseconds(ms), clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_time.Token, stop);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Names the time that was over, if it is what <paramref name="exception"/> came from.</summary>
    public void ThrowIfOver(Exception exception, string what)
    {
        if (exception is not RedisLinkException && _time.IsCancellationRequested && !_stop.IsCancellationRequested)
            throw new RedisLinkException(string.Create(CultureInfo.InvariantCulture, $"{what} within {_ms} ms"));
    }

    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }
}
