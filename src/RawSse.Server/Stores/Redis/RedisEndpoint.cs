using System.Globalization;

namespace RawSse.Server.Stores.Redis;

/// <summary>Where a Redis listens: a host name or an IP address (v6 without brackets), and a TCP port.</summary>
internal readonly record struct RedisEndpoint(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
