using System.Net;

namespace RawSse.Protocol.Http;

/// <summary>The syntax of <c>uri-host [":" port]</c> (RFC 9110 §7.2, RFC 3986 §3.2.2), never empty.</summary>
internal static class HostSyntax
{
    private const int PortDigitsMax = 5;

    public static bool IsValid(ReadOnlySpan<byte> value)
    {
        int host = value.StartsWith("["u8) ? Ipv6LiteralLength(value) : NameLength(value);
        return host > 0 && (host == value.Length || (value[host] == ':' && IsPort(value[(host + 1)..])));
    }

    private static int Ipv6LiteralLength(ReadOnlySpan<byte> value)
    {
        int end = value.IndexOf((byte)']');
        if (end < 0)
            return 0;
        ReadOnlySpan<byte> address = value[1..end];
        bool isAddress = !address.ContainsAnyExcept(HttpBytes.Ipv6)
            && address.Contains((byte)':')
            && IPAddress.IsValidUtf8(address);
        return isAddress ? end + 1 : 0;
    }

    private static int NameLength(ReadOnlySpan<byte> value)
    {
        int at = 0;
        while (true)
        {
            int plain = value[at..].IndexOfAnyExcept(HttpBytes.RegName);
            if (plain < 0)
                return value.Length;
            at += plain;
            if (value[at] != '%')
                return at;
            if (at + 2 >= value.Length || HttpBytes.HexValue(value[at + 1]) < 0 || HttpBytes.HexValue(value[at + 2]) < 0)
                return 0;
            at += 3;
        }
    }

    private static bool IsPort(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > PortDigitsMax || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        int port = 0;
        foreach (byte digit in digits)
            port = port * 10 + (digit - '0');
        return port <= ushort.MaxValue;
    }
}
