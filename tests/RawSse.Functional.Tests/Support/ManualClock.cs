namespace RawSse.Functional.Tests.Support;

/// <summary>
/// A clock that moves only when told. Wall time and monotonic time advance together; only wall time can step back.
/// Any thread; timers made from it fire inside <see cref="Advance"/>.
/// </summary>
internal sealed class ManualClock : TimeProvider
{
    private static readonly TimeSpan Uptime = TimeSpan.FromDays(12);
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    // A monotonic clock counts from the machine's start, which was a while ago.
    private long _elapsedTicks = Uptime.Ticks;
    private long _wallOffsetTicks = (new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero) - Uptime).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public long NowMs => GetUtcNow().ToUnixTimeMilliseconds();

    public override long GetTimestamp() => Interlocked.Read(ref _elapsedTicks);

    public override DateTimeOffset GetUtcNow() =>
        new(Interlocked.Read(ref _elapsedTicks) + Interlocked.Read(ref _wallOffsetTicks), TimeSpan.Zero);

    public void Advance(TimeSpan by)
    {
        Assert.That(by, Is.GreaterThanOrEqualTo(TimeSpan.Zero));
        long now = Interlocked.Add(ref _elapsedTicks, by.Ticks);
        while (true)
        {
            ManualTimer? due;
            lock (_gate) due = _timers.Where(timer => timer.DueTicks <= now).MinBy(timer => timer.DueTicks);
            if (due is null) return;
            due.Fire();
        }
    }

    /// <summary>Wall time jumps back, as when an operator or NTP corrects it; monotonic time does not.</summary>
    public void StepWallBack(TimeSpan by) => Interlocked.Add(ref _wallOffsetTicks, -by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (_gate) _timers.Add(timer);
        return timer;
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private long _periodTicks;

        public long DueTicks { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueTicks = dueTime < TimeSpan.Zero ? long.MaxValue : clock.GetTimestamp() + dueTime.Ticks;
            _periodTicks = period > TimeSpan.Zero ? period.Ticks : 0;
            if (dueTime == TimeSpan.Zero) ThreadPool.QueueUserWorkItem(_ => Fire());
            return true;
        }

        public void Fire()
        {
            DueTicks = _periodTicks > 0 ? DueTicks + _periodTicks : long.MaxValue;
            callback(state);
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
