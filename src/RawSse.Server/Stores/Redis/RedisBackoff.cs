namespace RawSse.Server.Stores.Redis;

/// <summary>
/// How long to wait before the next attempt: a random part of a time that doubles, so that nodes that lost the same server do
/// not come back together. One owner.
/// </summary>
internal sealed class RedisBackoff
{
    public const int FirstMs = 50;
    public const int LastMs = 2_000;

    private const int DoublingsMax = 6;

    private int _attempts;
    private bool _isAtOnce;

    /// <summary>It had succeeded: the next attempt is made at once.</summary>
    public void Reset()
    {
        _attempts = 0;
        _isAtOnce = true;
    }

    /// <summary>Trying again soon is of no use.</summary>
    public void Refused() => _attempts = DoublingsMax;

    public TimeSpan Next()
    {
        if (_isAtOnce)
        {
            _isAtOnce = false;
            return TimeSpan.Zero;
        }

        int bound = Math.Min(LastMs, FirstMs << _attempts);
        _attempts = Math.Min(_attempts + 1, DoublingsMax);
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * bound);
    }
}
