using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Hosting;

/// <summary>What the Redis options come to together. They have passed <see cref="OptionsValidator"/>.</summary>
/// <param name="Settings">where Redis is</param>
/// <param name="Keys">the names it sees</param>
/// <param name="IsSharded">SPUBLISH and SSUBSCRIBE instead of PUBLISH and SUBSCRIBE</param>
/// <param name="Globs">channels that are subscribed by pattern</param>
internal sealed record EffectiveRedis(RedisSettings Settings, RedisKeys Keys, bool IsSharded, IReadOnlyList<GlobPattern> Globs)
{
    /// <summary>Null: the embedded store.</summary>
    public static EffectiveRedis? Of(RawSseOptions options)
    {
        if (options.Redis is not { } url)
            return null;
        if (!RedisUrl.TryParse(url, out RedisSettings? settings, out string problem))
            throw new ArgumentException(problem, nameof(options));
        bool hasTags = options.HashTags == HashTagMode.On
            || (options.HashTags == HashTagMode.Auto && settings.Topology == RedisTopology.Cluster);
        return new(
            settings, new RedisKeys(options.ChannelPrefix, hasTags, settings.Database), options.PubSub == PubSubMode.Sharded,
            [.. SubscribeDescriptor.Globs(options).Select(glob => new GlobPattern(glob))]);
    }
}
