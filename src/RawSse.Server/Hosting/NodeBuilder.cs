using System.Net;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Shards;
using RawSse.Server.Stores.Embedded;
using RawSse.Server.Stores.Redis;
using RawSse.Server.Transport;

namespace RawSse.Server.Hosting;

/// <summary>Puts a node together from its options: the only place that knows all the parts.</summary>
internal static class NodeBuilder
{
    /// <summary>With a local store a log is emptied so long after its last event; history serves who comes later.</summary>
    private const long IdleLogMs = 2000;

    /// <summary>Looks at Redis that a node takes a second to find what was announced to nobody (contract §1).</summary>
    private const int AuditsPerSecondMax = 2000;

    /// <exception cref="TransportBindException">an endpoint is not to be had</exception>
    public static TServer Build<TServer>(
        RawSseOptions options, ITransportFactory transports, NodeLog log, TimeProvider clock,
        Func<Node, IReadOnlyList<IPEndPoint>, IPEndPoint?, TServer> create)
    {
        EffectiveLimits effective = EffectiveLimits.Of(options);
        List<IPEndPoint> asked = [.. options.EffectiveListen.Select(Parse)];
        if (options.AdminListen is { } admin)
            asked.Add(Parse(admin));
        IReadOnlyList<IPEndPoint> bound = transports.Bind(asked, effective.Shards);
        var node = new Node
        {
            Limits = LimitsOf(options),
            Listeners = [.. asked.Select((endpoint, i) => PolicyOf(options, endpoint, isAdmin: i == options.EffectiveListen.Count))],
            Budget = new MemoryBudget(effective.MemoryBytes),
            Connections = new ConnectionLimits(effective.Connections, options.MaxConnectionsPerIp),
            Clock = clock,
            Access = new OpenAccess(),
            Log = log,
        };
        AddShards(node, options, effective.Shards, transports.Create);
        bool hasAdmin = options.AdminListen is not null;
        return create(node, hasAdmin ? [.. bound.SkipLast(1)] : bound, hasAdmin ? bound[^1] : null);
    }

    /// <summary>Gives a node its feeds and shards; they do not run yet.</summary>
    public static void AddShards(Node node, RawSseOptions options, int count, Func<int, ITransport> createTransport)
    {
        node.Feeds = EffectiveRedis.Of(options) is { } redis ? RedisFeeds(node, options, redis, count) : EmbeddedFeeds(node, options, count);
        node.Shards = [.. node.Feeds.Select(feed => new Shard(node, feed, createTransport(feed.Shard)))];
    }

    private static Feed.Feed[] EmbeddedFeeds(Node node, RawSseOptions options, int count)
    {
        // History is at hand, so a log holds what the slowest subscriber may still be sent from it.
        var limits = new FeedLimits(Math.Min(options.ChannelBytes, options.MaxLag), IdleLogMs, Ms(options.Linger));
        Retention retention = RetentionOf(options);
        return
        [
            .. Enumerable.Range(0, count).Select(shard => new Feed.Feed(
                shard, new Mailbox(), limits, node.Budget, client => new EmbeddedStore(client, retention, node.Budget, node.Clock))),
        ];
    }

    private static Feed.Feed[] RedisFeeds(Node node, RawSseOptions options, EffectiveRedis redis, int count)
    {
        // What the log holds need not be asked of Redis when clients come back.
        var limits = new FeedLimits(options.ChannelBytes, IdleLogMs, Ms(options.Linger))
        {
            AuditMs = Ms(options.Audit),
            AuditsPerSecond = Math.Max(1, AuditsPerSecondMax / count),
            GraceMs = Ms(options.RedisGrace),
        };
        var store = new RedisStoreOptions
        {
            Settings = redis.Settings,
            Keys = redis.Keys,
            Retention = RetentionOf(options),
            MaxEventBytes = options.MaxEventBytes,
            PublishReplicas = options.PublishReplicas,
            IsSharded = redis.IsSharded,
            Patterns = redis.Globs,
        };
        var shared = new RedisShared(count, channel => node.FeedOf(channel).Shard, node.Clock, node.Log);
        return
        [
            .. Enumerable.Range(0, count).Select(shard =>
            {
                var mailbox = new Mailbox();
                return new Feed.Feed(
                    shard, mailbox, limits, node.Budget, client => new RedisStore(client, store, shard, mailbox, shared, node.Budget));
            }),
        ];
    }

    private static Retention RetentionOf(RawSseOptions options) => new(options.MaxLength, options.ChannelBytes, options.Ttl);

    public static NodeLimits LimitsOf(RawSseOptions options) => new()
    {
        HeartbeatMs = Ms(options.Heartbeat),
        RetryMs = Ms(options.Retry),
        SendTimeoutMs = Ms(options.SendTimeout),
        LifetimeMs = Ms(options.MaxLifetime),
        HeaderTimeoutMs = Ms(options.HeaderTimeout),
        BodyTimeoutMs = Ms(options.BodyTimeout),
        IdleTimeoutMs = Ms(options.IdleTimeout),
        MaxHeaderBytes = options.MaxHeaderBytes,
        MaxEventBytes = options.MaxEventBytes,
        MaxChannels = options.MaxChannelsPerConnection,
        MaxLag = options.MaxLag,
    };

    private static ListenerPolicy PolicyOf(RawSseOptions options, IPEndPoint endpoint, bool isAdmin)
    {
        bool isLoopback = IPAddress.IsLoopback(endpoint.Address);
        return new ListenerPolicy(
            IsAdmin: isAdmin,
            HasMetrics: isAdmin || (options.AdminListen is null && isLoopback),
            HasConsole: !isAdmin && (options.Console == ConsoleMode.On || (options.Console == ConsoleMode.Loopback && isLoopback)),
            MayPublish: isLoopback || options.AnonymousPublish);
    }

    private static IPEndPoint Parse(string text) =>
        EndpointParser.TryParse(text, out IPEndPoint? endpoint) ? endpoint : throw new ArgumentException($"{text} is not an endpoint");

    private static long Ms(TimeSpan time) => (long)time.TotalMilliseconds;
}
