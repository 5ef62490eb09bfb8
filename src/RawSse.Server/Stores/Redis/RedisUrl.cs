using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using RawSse.Protocol.Http;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Reads the URL that names a deployment's Redis: <c>redis://[user[:password]@]host[:port][/db]</c>,
/// <c>redis+sentinel://[user[:password]@]host[:port],…/MASTER[/db]</c> or <c>redis+cluster://[user[:password]@]host[:port],…</c>,
/// and the same with <c>rediss</c> for TLS. User, password and master are percent-encoded; an IPv6 address stands in brackets.
/// Queries: <c>ca=FILE</c> with TLS; <c>sentinel-user</c> and <c>sentinel-password</c> with sentinels. Pure.
/// </summary>
internal static partial class RedisUrl
{
    public const string Allowed =
        "redis://[user[:password]@]host[:port][/db], redis+sentinel://host[:port],.../MASTER[/db] or " +
        "redis+cluster://host[:port],..., with rediss for TLS";

    private const int ServerPort = 6379;
    private const int SentinelPort = 26379;

    private static readonly UTF8Encoding s_strictUtf8 = new(false, true);

    /// <param name="problem">
    /// one line that says what is allowed and never repeats a password; to be read after the option's name and
    /// <see cref="Mask"/>; empty when the URL can be read
    /// </param>
    public static bool TryParse(string url, [NotNullWhen(true)] out RedisSettings? settings, out string problem)
    {
        settings = null;
        int end = url.IndexOf("://", StringComparison.Ordinal);
        if (end < 0 || !TryReadScheme(url[..end], out RedisTopology topology, out bool useTls))
        {
            problem = "allowed: " + Allowed;
            return false;
        }

        RedisUrlParts parts = RedisUrlParts.Split(url[(end + 3)..]);
        settings = new RedisSettings { Topology = topology, UseTls = useTls, Endpoints = [] };
        problem = ReadUser(parts.User, ref settings) ?? ReadEndpoints(parts.Hosts, ref settings)
            ?? ReadPath(parts.Path, ref settings) ?? ReadQuery(parts.Query, ref settings) ?? "";
        if (problem.Length == 0)
            return true;
        settings = null;
        return false;
    }

    /// <summary>The URL with its passwords hidden, for logs and for printing options; also for what is no Redis URL.</summary>
    public static string Mask(string url)
    {
        int start = url.IndexOf("://", StringComparison.Ordinal);
        start = start < 0 ? 0 : start + 3;
        // A password that is not encoded as it must be may hold anything: up to the last @ it is taken for one.
        int end = url.LastIndexOf('@');
        int colon = end < start ? -1 : url.IndexOf(':', start, end - start);
        if (colon < 0)
            return SentinelPasswordText().Replace(url, "$1***");
        // What looked like its end may stand in the sentinels' password, which then goes on behind it.
        Match last = LastSentinelPasswordText().Match(url, start, end - start);
        int next = last.Success ? url.IndexOf('&', end) : end;
        string tail = next < 0 ? "" : url[next..];
        return string.Concat(url.AsSpan(0, colon + 1), "***", SentinelPasswordText().Replace(tail, "$1***"));
    }

    [GeneratedRegex("(sentinel-password=)[^&]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SentinelPasswordText();

    [GeneratedRegex("sentinel-password=[^&]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LastSentinelPasswordText();

    private static bool TryReadScheme(string scheme, out RedisTopology topology, out bool useTls)
    {
        useTls = scheme.StartsWith("rediss", StringComparison.OrdinalIgnoreCase);
        (bool isKnown, topology) = scheme.ToUpperInvariant() switch
        {
            "REDIS" or "REDISS" => (true, RedisTopology.Standalone),
            "REDIS+SENTINEL" or "REDISS+SENTINEL" => (true, RedisTopology.Sentinel),
            "REDIS+CLUSTER" or "REDISS+CLUSTER" => (true, RedisTopology.Cluster),
            _ => (false, default),
        };
        return isKnown;
    }

    private static string? ReadUser(string? text, ref RedisSettings settings)
    {
        if (text is null)
            return null;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string userText = colon < 0 ? text : text[..colon];
        string passwordText = colon < 0 ? "" : text[(colon + 1)..];
        if (!TryDecode(userText, out string user) || !TryDecode(passwordText, out string password))
            return "user and password must be percent-encoded UTF-8";
        settings = settings with
        {
            User = user.Length == 0 ? null : user,
            Password = password.Length == 0 ? null : password,
        };
        return null;
    }

    private static string? ReadEndpoints(string text, ref RedisSettings settings)
    {
        string[] hosts = text.Split(',');
        if (hosts.Length > 1 && settings.Topology == RedisTopology.Standalone)
            return "redis:// takes one host; several are allowed with redis+sentinel:// and redis+cluster://";
        int defaultPort = settings.Topology == RedisTopology.Sentinel ? SentinelPort : ServerPort;
        var endpoints = new RedisEndpoint[hosts.Length];
        for (int i = 0; i < hosts.Length; i++)
        {
            if (!TryReadEndpoint(hosts[i], defaultPort, out endpoints[i]))
                return "a host must be a name, an IPv4 address or [IPv6], with a port from 1 to 65535 or none" +
                    " (/, ?, # and @ in user and password are percent-encoded)";
        }

        settings = settings with { Endpoints = endpoints };
        return null;
    }

    private static bool TryReadEndpoint(string text, int defaultPort, out RedisEndpoint endpoint)
    {
        endpoint = default;
        int hostEnd = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (hostEnd < 0)
            hostEnd = text.Length;
        string host = text[..hostEnd];
        string rest = text[hostEnd..];
        int port = defaultPort;
        if (rest.Length > 0 && !(rest[0] == ':' && TryReadNumber(rest[1..], out port) && port is >= 1 and <= IPEndPoint.MaxPort))
            return false;
        if (host.StartsWith('['))
        {
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
        }
        else if (host.Length == 0 || !host.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            return false;
        }

        endpoint = new RedisEndpoint(host, port);
        return true;
    }

    private static string? ReadPath(string path, ref RedisSettings settings)
    {
        string database = path;
        if (settings.Topology == RedisTopology.Sentinel)
        {
            int slash = path.IndexOf('/', StringComparison.Ordinal);
            string masterText = slash < 0 ? path : path[..slash];
            database = slash < 0 ? "" : path[(slash + 1)..];
            if (!TryDecode(masterText, out string master) || master.Length == 0)
                return "redis+sentinel:// needs the master's name: redis+sentinel://host[:port],.../MASTER[/db]";
            settings = settings with { MasterName = master };
        }

        int number = 0;
        if (database.Length > 0 && !TryReadNumber(database, out number))
            return "the database must be a number, 0 or more";
        if (number != 0 && settings.Topology == RedisTopology.Cluster)
            return "a cluster has only the database 0";
        settings = settings with { Database = number };
        return null;
    }

    private static string? ReadQuery(string? query, ref RedisSettings settings)
    {
        if (query is null)
            return null;
        bool hasSentinels = settings.Topology == RedisTopology.Sentinel;
        foreach (string pair in query.Split('&'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? pair : pair[..equals];
            if (!TryDecode(equals < 0 ? "" : pair[(equals + 1)..], out string value) || value.Length == 0)
                return $"the query {Printable(key)} needs a value, percent-encoded UTF-8";
            switch (key)
            {
                case "ca" when settings.UseTls && settings.CaFile is null:
                    settings = settings with { CaFile = value };
                    break;
                case "sentinel-user" when hasSentinels && settings.SentinelUser is null:
                    settings = settings with { SentinelUser = value };
                    break;
                case "sentinel-password" when hasSentinels && settings.SentinelPassword is null:
                    settings = settings with { SentinelPassword = value };
                    break;
                default:
                    return $"the query {Printable(key)} is not allowed here; allowed, once each: ca=FILE with rediss, " +
                        "sentinel-user and sentinel-password with redis+sentinel";
            }
        }

        return null;
    }

    private static string Printable(string key) =>
        key.Length is > 0 and <= 32 && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? key : "key";

    private static bool TryReadNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryDecode(string text, out string decoded)
    {
        decoded = "";
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (!PercentEncoding.TryDecode(bytes, plusIsSpace: false, bytes, out int length))
            return false;
        try
        {
            decoded = s_strictUtf8.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
