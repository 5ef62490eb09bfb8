namespace RawSse.Server.Tests.Stores;

/// <summary>Wall time in the hands of a test, which may also step it back.</summary>
internal sealed class WallClock : TimeProvider
{
    public long NowMs { get; set; } = 1_795_320_800_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}
