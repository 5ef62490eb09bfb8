using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RawSse.Bench.Load.Fleet;

/// <summary>Where a URL leads to: an IPv4 address, a port, and what a request for it says.</summary>
/// <param name="Address">in dotted form, so that it can be told to another process</param>
/// <param name="Port">of the server</param>
/// <param name="Host">the value of the Host header</param>
/// <param name="Path">with the query</param>
internal sealed record HttpTarget(string Address, int Port, string Host, string Path)
{
    public bool IsLoopback => IPAddress.IsLoopback(IPAddress.Parse(Address));

    /// <summary>Throws a <see cref="LoadException"/> that says what to change.</summary>
    public static HttpTarget Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw new LoadException($"{url} is no URL; write it as http://127.0.0.1:3000/events/news.");
        if (uri.Scheme == Uri.UriSchemeHttps)
            throw new LoadException($"{url}: https is not spoken here; name the server's http port, or a proxy that ends TLS before it.");
        if (uri.Scheme != Uri.UriSchemeHttp) throw new LoadException($"{url}: {uri.Scheme} is not spoken here; write http://.");
        return new HttpTarget(Resolve(uri.DnsSafeHost), uri.Port, uri.Authority, uri.PathAndQuery);
    }

    /// <summary>On this machine.</summary>
    public static HttpTarget Of(int port, string path) => Parse(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}"));

    private static string Resolve(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host, AddressFamily.InterNetwork).FirstOrDefault()?.ToString()
                ?? throw new LoadException($"{host} has no IPv4 address, and only those are spoken to; name another.");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new LoadException($"{host} has no IPv4 address ({e.Message}); name another host or an address.");
        }
    }
}
