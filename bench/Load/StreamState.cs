namespace RawSse.Bench.Load;

/// <summary>One subscriber: 16 bytes, so that 20,000 of them stay in the cache.</summary>
internal struct StreamState
{
    public int Fd;
    /// <summary>The place of the event that must come next.</summary>
    public int NextPlace;
    /// <summary>What was read of a number that was cut by the end of a read.</summary>
    public int PartialNumber;
    /// <summary>Digits of that number still to come.</summary>
    public byte DigitsLeft;
    public StreamPhase Phase;
}

/// <summary>How far a subscriber is.</summary>
internal enum StreamPhase : byte
{
    Unused,
    Connecting,
    Requested,
    Streaming,
    Closed,
}
