namespace RawSse.Server.Stores.Redis;

/// <summary>The pieces of a URL behind its scheme, not decoded.</summary>
/// <param name="User">what stands before the @; null without one</param>
/// <param name="Hosts">hosts and ports</param>
/// <param name="Path">what follows the first slash; empty without one</param>
/// <param name="Query">what follows the question mark; null without one</param>
internal readonly record struct RedisUrlParts(string? User, string Hosts, string Path, string? Query)
{
    public static RedisUrlParts Split(string text)
    {
        string? query = null;
        int question = text.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            query = text[(question + 1)..];
            text = text[..question];
        }

        string path = "";
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            path = text[(slash + 1)..];
            text = text[..slash];
        }

        int at = text.LastIndexOf('@');
        return new RedisUrlParts(at < 0 ? null : text[..at], text[(at + 1)..], path, query);
    }
}
