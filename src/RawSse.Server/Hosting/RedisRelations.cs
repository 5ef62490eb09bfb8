using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Hosting;

/// <summary>Which of the Redis options can hold together, each being within its bounds.</summary>
internal static class RedisRelations
{
    /// <summary>Null when they can; else the line of the first that cannot.</summary>
    public static string? Check(RawSseOptions options)
    {
        if (options.Redis is not { } url)
            return WithoutRedis(options);
        bool isCluster = RedisUrl.TryParse(url, out RedisSettings? settings, out _) && settings.Topology == RedisTopology.Cluster;
        if (isCluster && options.HashTags == HashTagMode.Off)
            return Line(options, nameof(options.HashTags), "auto, on with redis+cluster, where a channel's keys must share a slot");
        if (options.PubSub == PubSubMode.Sharded && !isCluster)
            return Line(options, nameof(options.PubSub), "classic, unless --redis is redis+cluster");
        return options.PubSub == PubSubMode.Sharded && options.Subscribe.Count > 0
            ? Line(options, nameof(options.Subscribe), $"{OptionTable.Unset} with --pubsub sharded, which has no patterns")
            : null;
    }

    private static string? WithoutRedis(RawSseOptions options)
    {
        const string Needed = "without --redis";
        if (options.HashTags == HashTagMode.On)
            return Line(options, nameof(options.HashTags), $"auto, off {Needed}");
        if (options.PubSub == PubSubMode.Sharded)
            return Line(options, nameof(options.PubSub), $"classic {Needed}");
        if (options.Subscribe.Count > 0)
            return Line(options, nameof(options.Subscribe), $"{OptionTable.Unset} {Needed}");
        return options.PublishReplicas > 0 ? Line(options, nameof(options.PublishReplicas), $"0 {Needed}") : null;
    }

    private static string Line(RawSseOptions options, string property, string allowed) =>
        OptionsValidator.Line(options, property, allowed);
}
