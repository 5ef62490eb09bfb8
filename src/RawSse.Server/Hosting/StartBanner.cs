using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RawSse.Server.Hosting;

/// <summary>What a started server prints: where it listens, and two commands to try.</summary>
internal static class StartBanner
{
    /// <param name="options">what the server runs with</param>
    /// <param name="endpoints">its public listeners, with their real ports; at least one</param>
    /// <param name="admin">its admin listener</param>
    public static string Write(RawSseOptions options, IReadOnlyList<IPEndPoint> endpoints, IPEndPoint? admin)
    {
        var text = new StringBuilder();
        foreach (var endpoint in endpoints)
            text.Append($"RawSse listens on http://{endpoint}\n");
        if (admin is not null)
            text.Append($"Metrics and channels: http://{admin}/metrics http://{admin}/channels\n");

        // A loopback listener allows the most, so it is the one to try.
        var tried = endpoints.FirstOrDefault(endpoint => IPAddress.IsLoopback(endpoint.Address)) ?? endpoints[0];
        bool isLoopback = IPAddress.IsLoopback(tried.Address);
        string url = $"http://{Reachable(tried)}";
        if (options.Console == ConsoleMode.On || (options.Console == ConsoleMode.Loopback && isLoopback))
            text.Append($"Console page: {url}/\n");
        text.Append("Try, in two terminals:\n").Append($"  curl -N {url}/events/news\n");
        text.Append($"  curl -d hello {url}/events/news\n");
        if (!isLoopback && !options.AnonymousPublish)
            text.Append("The second is refused here: a listener that is not loopback needs --anonymous-publish.\n");
        return text.ToString();
    }

    /// <summary>Nothing can be sent to a wildcard address; the machine itself reaches it at its loopback.</summary>
    private static IPEndPoint Reachable(IPEndPoint endpoint)
    {
        if (endpoint.Address.Equals(IPAddress.Any))
            return new IPEndPoint(IPAddress.Loopback, endpoint.Port);
        return endpoint.Address.Equals(IPAddress.IPv6Any) && endpoint.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPEndPoint(IPAddress.IPv6Loopback, endpoint.Port)
            : endpoint;
    }
}
