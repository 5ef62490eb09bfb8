using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Hosting;

/// <summary>The URL of Redis. It may hold a password, so it is never printed as it is.</summary>
internal sealed class RedisDescriptor() : OptionDescriptor(
    nameof(RawSseOptions.Redis), OptionUnit.Url,
    $"{OptionTable.Unset}, redis://user:password@host:port/db, redis+sentinel://host,host/MASTER, redis+cluster://host,host, or "
    + "rediss for TLS",
    "The Redis that any number of nodes share; the environment may call it REDIS_URL, too. off: the embedded store, for one node.")
{
    public override string AllowedFor(string text) =>
        // A scheme that is none gets the list of all, which stands here already.
        RedisUrl.TryParse(text, out _, out string problem) || problem.Contains(RedisUrl.Allowed, StringComparison.Ordinal)
            ? Allowed
            : $"{Allowed} ({problem})";

    public override bool TrySet(RawSseOptions options, IReadOnlyList<string> texts)
    {
        if (texts.Count != 1 || !IsAllowed(texts[0]))
            return false;
        options.Redis = texts[0] == OptionTable.Unset ? null : texts[0];
        return true;
    }

    public override bool IsAllowed(RawSseOptions options) => options.Redis is not { } url || RedisUrl.TryParse(url, out _, out _);

    public override string Print(RawSseOptions options) => options.Redis is { } url ? RedisUrl.Mask(url) : OptionTable.Unset;

    private static bool IsAllowed(string text) => text == OptionTable.Unset || RedisUrl.TryParse(text, out _, out _);
}
