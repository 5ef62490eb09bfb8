namespace RawSse.Server.Transport;

/// <summary>The bound of the tokens that connections are registered under.</summary>
internal static class TransportToken
{
    /// <summary>Tokens are below this: the top bit is the transport's, which tells its own descriptors apart by it.</summary>
    public const ulong Limit = 1UL << 63;

    public static void Check(ulong token) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Limit);
}
