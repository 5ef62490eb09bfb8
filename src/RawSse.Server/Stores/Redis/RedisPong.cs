using RawSse.Protocol.Resp;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Tells the answers to PING from what a subscription brings: <c>+PONG</c> in RESP3 and before the first SUBSCRIBE of RESP2, then
/// an array of <c>pong</c> and an empty string; an error where PING is forbidden or cannot be answered now.
/// </summary>
internal static class RedisPong
{
    private static ReadOnlySpan<byte> Simple => "+PONG\r\n"u8;

    private static ReadOnlySpan<byte> Array => "*2\r\n$4\r\npong\r\n$0\r\n\r\n"u8;

    public static bool IsPong(ReadOnlySpan<byte> value) =>
        value.SequenceEqual(Simple) || value.SequenceEqual(Array) ||
        (value[0] == (byte)RespType.SimpleError && value.IndexOf("'ping'"u8) >= 0);
}
