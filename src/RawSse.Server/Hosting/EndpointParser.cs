using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RawSse.Server.Hosting;

/// <summary>
/// <c>HOST:PORT</c> or <c>[HOST]:PORT</c>, where HOST is an IP address (v6 in brackets) or <c>localhost</c>. Names are not
/// looked up: a listener must not depend on a name server, nor move when one answers otherwise.
/// </summary>
internal static class EndpointParser
{
    public const string Allowed = "IPv4:PORT, [IPv6]:PORT or localhost:PORT, port 0 to 65535";

    /// <summary><c>localhost</c> is 127.0.0.1: browsers and curl fall back to it when ::1 refuses.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        if (text is null)
            return false;
        int colon = text.LastIndexOf(':');
        if (colon < 1 || !TryParsePort(text.AsSpan(colon + 1), out int port) || !TryParseHost(text[..colon], out var address))
            return false;
        endpoint = new IPEndPoint(address, port);
        return true;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;

    private static bool TryParseHost(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            address = IPAddress.Loopback;
        else if (text[0] == '[')
            return text[^1] == ']' && IsAddress(text[1..^1], AddressFamily.InterNetworkV6, out address);
        else
            // IPAddress reads "1" and "127.1" as addresses; only the four-part form is what an operator means.
            return text.Count('.') == 3 && IsAddress(text, AddressFamily.InterNetwork, out address);
        return true;
    }

    private static bool IsAddress(string text, AddressFamily family, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && address.AddressFamily == family;
}
