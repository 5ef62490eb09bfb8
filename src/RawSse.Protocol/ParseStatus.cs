namespace RawSse.Protocol;

/// <summary>Outcome of an incremental parse.</summary>
public enum ParseStatus : byte
{
    /// <summary>Everything given was looked at; more bytes are needed.</summary>
    NeedMore,
    /// <summary>A whole element was read; bytes after it were not consumed.</summary>
    Done,
    /// <summary>The bytes can never become valid; the parser says why.</summary>
    Rejected,
}
