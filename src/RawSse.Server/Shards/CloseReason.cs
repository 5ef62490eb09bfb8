namespace RawSse.Server.Shards;

/// <summary>Why a connection was closed: each has exactly one (metric <c>rawsse_closes_total{reason}</c>).</summary>
internal enum CloseReason : byte
{
    None,
    /// <summary>The peer closed.</summary>
    Client,
    /// <summary>The peer reset, or the network gave up on it.</summary>
    Reset,
    /// <summary>The response said Connection: close.</summary>
    Done,
    /// <summary>An idle keep-alive connection.</summary>
    Idle,
    /// <summary>A head or body that took too long.</summary>
    RequestTimeout,
    /// <summary>A request that cannot be understood or is not allowed.</summary>
    BadRequest,
    /// <summary>A refusal that time will mend.</summary>
    Refused,
    /// <summary>A blocked subscriber took nothing for too long.</summary>
    SendTimeout,
    Lifetime,
    /// <summary>The store was away for longer than streams are kept.</summary>
    Store,
    Drain,
    /// <summary>A subscriber sent more than a subscriber has to say.</summary>
    Flood,
    /// <summary>An exception in this connection's request.</summary>
    Bug,
    /// <summary>The node stopped.</summary>
    Shutdown,
}

/// <summary>Why something was refused that time will mend (metric <c>rawsse_refusals_total{reason}</c>).</summary>
internal enum RefusalReason : byte
{
    None,
    /// <summary>The node has all the connections it may have.</summary>
    Full,
    /// <summary>The address has all the connections it may have.</summary>
    Address,
    Draining,
    /// <summary>The store is away.</summary>
    Store,
    /// <summary>Memory is used up and no history is left to drop.</summary>
    Memory,
    /// <summary>Too many publishes in flight.</summary>
    Busy,
    /// <summary>A publish that the store did not confirm.</summary>
    Unconfirmed,
}
