using System.Net;
using RawSse.Server.Transport;

namespace RawSse.Server.Hosting;

/// <summary>Checks bounds and relations of <see cref="RawSseOptions"/>.</summary>
public static class OptionsValidator
{
    /// <summary>
    /// Null when the options can be served with; else one line that names an option (by its flag), its value and what is
    /// allowed. Limits of this machine count: it reads the cgroup's memory and the open-file limit.
    /// </summary>
    public static string? Validate(RawSseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var option in OptionTable.All)
        {
            if (!option.IsAllowed(options))
                return Line(options, option.Property, option.Allowed);
        }
        return Sizes(options) ?? RedisRelations.Check(options) ?? Machine(options) ?? Endpoints(options);
    }

    private static string? Sizes(RawSseOptions options)
    {
        long lagMin = 2L * options.MaxEventBytes;
        if (options.MaxLag < lagMin)
            return Line(options, nameof(RawSseOptions.MaxLag), $"{SizeText.Print(lagMin)} (twice --max-event-bytes) to 1GiB");
        if (options.ChannelBytes < options.MaxEventBytes)
            return Line(options, nameof(RawSseOptions.ChannelBytes), $"{SizeText.Print(options.MaxEventBytes)} (--max-event-bytes) to 16GiB");
        long memory = EffectiveLimits.Of(options).MemoryBytes;
        return memory >= options.ChannelBytes
            ? null
            : OptionException.NotAllowed("--memory", options.Memory == 0 ? $"0, here {SizeText.Print(memory)}" : SizeText.Print(memory),
                $"{SizeText.Print(options.ChannelBytes)} (--channel-bytes) to 4096GiB");
    }

    private static string? Machine(RawSseOptions options)
    {
        if (options.Transport is TransportKind.Epoll or TransportKind.Uring && !OperatingSystem.IsLinux())
            return Line(options, nameof(RawSseOptions.Transport), "auto, sockets on this platform");
        if (options.Transport == TransportKind.Uring && OperatingSystem.IsLinux() && SendRing.Missing() is { } reason)
            return Line(options, nameof(RawSseOptions.Transport), $"auto, epoll, sockets on this machine: {reason}");
        int connections = EffectiveLimits.ConnectionsAllowed(options);
        return options.MaxConnections <= connections
            ? null
            : Line(options, nameof(RawSseOptions.MaxConnections), $"0 to {connections}, which the open-file limit (ulimit -n) leaves");
    }

    private static string? Endpoints(RawSseOptions options)
    {
        var seen = new HashSet<IPEndPoint>();
        foreach (string text in options.EffectiveListen)
        {
            if (IsTaken(seen, text))
                return OptionException.NotAllowed("--listen", text, "endpoints that differ");
        }
        return options.AdminListen is { } admin && IsTaken(seen, admin)
            ? OptionException.NotAllowed("--admin-listen", admin, "endpoints that are no --listen")
            : null;
    }

    // Port 0 is another one each time.
    private static bool IsTaken(HashSet<IPEndPoint> seen, string text) =>
        EndpointParser.TryParse(text, out var endpoint) && endpoint.Port != 0 && !seen.Add(endpoint);

    internal static string Line(RawSseOptions options, string property, string allowed)
    {
        var option = OptionTable.All.First(option => option.Property == property);
        return OptionException.NotAllowed(option.Flag, option.Print(options), allowed);
    }
}
