namespace RawSse.Bench.Load.Fleet;

/// <summary>One subscriber of a load process: small, so that 20,000 of them stay in the cache.</summary>
internal struct FleetStream
{
    /// <summary><see cref="StreamState.NextPlace"/> is the lowest number that has not arrived and is not given up.</summary>
    public StreamState State;

    /// <summary>Bit i: the event numbered <see cref="StreamState.NextPlace"/> + i has arrived.</summary>
    public ulong Seen;
    public ChunkState Chunk;
    public EventCounter Counter;

    /// <summary>It is read at a given pace and never waited for.</summary>
    public bool IsSlow;

    /// <summary>Open, and the window waits for it.</summary>
    public readonly bool Counts => State.Phase == StreamPhase.Streaming && !IsSlow;
}
