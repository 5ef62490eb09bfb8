using System.Globalization;
using StackExchange.Redis;

namespace RawSse.Samples.Publishers.DotNet;

/// <summary><c>redis://[:PASSWORD@]HOST[:PORT][/DB]</c>, or <c>rediss://</c> for TLS. This client's version knows no ACL users.</summary>
internal static class RedisAddress
{
    /// <exception cref="FormatException">another URL</exception>
    public static ConfigurationOptions Read(string url)
    {
        var uri = new Uri(url);
        if (uri.Scheme is not ("redis" or "rediss"))
            throw new FormatException("the URL is not redis:// or rediss://");
        string[] user = uri.UserInfo.Split(':', 2);
        string path = uri.AbsolutePath.Trim('/');
        return new ConfigurationOptions
        {
            EndPoints = { { uri.Host, uri.Port < 0 ? 6379 : uri.Port } },
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null,
            DefaultDatabase = path.Length == 0 ? 0 : int.Parse(path, CultureInfo.InvariantCulture),
            Ssl = uri.Scheme == "rediss",
        };
    }
}
