namespace RawSse.Protocol.Resp;

/// <summary>What looking for a value in received bytes came to.</summary>
public enum RespStatus : byte
{
    /// <summary>It is there, whole.</summary>
    Done,
    /// <summary>It is right so far, but goes on behind the bytes given.</summary>
    NeedMore,
    /// <summary>It is not RESP, or a streamed type, which Redis does not send. The connection cannot be used on.</summary>
    Malformed,
    /// <summary>It says that it is beyond a bound. The connection cannot be used on.</summary>
    TooLarge,
}
