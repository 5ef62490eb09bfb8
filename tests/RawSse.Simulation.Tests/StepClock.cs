namespace RawSse.Simulation.Tests;

/// <summary>A clock that moves only when told. Wall and monotonic time go together. No timers: shards have none.</summary>
internal sealed class StepClock : TimeProvider
{
    private long _ms;

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => Volatile.Read(ref _ms);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_795_320_800_000 + Volatile.Read(ref _ms));

    public void Advance(long ms) => Interlocked.Add(ref _ms, ms);
}
