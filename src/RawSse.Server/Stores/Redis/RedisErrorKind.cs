namespace RawSse.Server.Stores.Redis;

/// <summary>What an error that Redis answered means for whoever asked.</summary>
internal enum RedisErrorKind : byte
{
    /// <summary>None of the others; whether anything was done is not known.</summary>
    Other,
    /// <summary>The script must be sent in full.</summary>
    NoScript,
    /// <summary>The slot lives elsewhere.</summary>
    Moved,
    /// <summary>The slot is moving, and what was asked for is elsewhere already.</summary>
    Ask,
    /// <summary>The slot is moving, and what was asked for is in both places.</summary>
    TryAgain,
    /// <summary>Nothing was done; it will be taken later, by this server.</summary>
    Away,
    /// <summary>Nothing was done: this server is no master.</summary>
    NotMaster,
    /// <summary>Nothing was done: maxmemory.</summary>
    OutOfMemory,
    /// <summary>Nothing was done: the idempotency key was used for other data.</summary>
    KeyReused,
    /// <summary>Nothing was done: the key holds something else than a stream.</summary>
    WrongType,
}
