namespace RawSse.Server.Stores.Redis;

/// <summary>Lets one line a second pass and counts the others. Any thread.</summary>
internal sealed class NoteThrottle(TimeProvider clock)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private long _left;
    private long _nextAt = long.MinValue;

    /// <param name="left">lines that were left out since the last one</param>
    public bool MayWrite(out long left)
    {
        long now = clock.GetTimestamp();
        long nextAt = Volatile.Read(ref _nextAt);
        long next = now + (long)(s_pause.TotalSeconds * clock.TimestampFrequency);
        if (now < nextAt || Interlocked.CompareExchange(ref _nextAt, next, nextAt) != nextAt)
        {
            Interlocked.Increment(ref _left);
            left = 0;
            return false;
        }
        left = Interlocked.Exchange(ref _left, 0);
        return true;
    }
}
