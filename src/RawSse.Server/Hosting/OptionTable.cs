using RawSse.Server.Stores.Redis;
using static RawSse.Server.Hosting.OptionKind;

namespace RawSse.Server.Hosting;

/// <summary>
/// Every option once: flags, environment, file, help, <c>--print-config</c> and the validator all read this table, so none
/// of them can forget one.
/// </summary>
internal static class OptionTable
{
    public const string EnvironmentPrefix = "RAWSSE_";

    /// <summary>How an option that may be unset is unset, so that a flag can undo a file.</summary>
    public const string Unset = "off";

    public static IReadOnlyList<OptionDescriptor> All { get; } =
    [
        new ListenDescriptor(),
        new OptionDescriptor<string?>(nameof(RawSseOptions.AdminListen), AdminEndpoint, o => o.AdminListen, (o, v) => o.AdminListen = v,
            "Where /metrics and /channels live; off: on the loopback listeners only."),
        new OptionDescriptor<ConsoleMode>(nameof(RawSseOptions.Console), Choice<ConsoleMode>(), o => o.Console, (o, v) => o.Console = v,
            "Which listeners serve the console page at /: the loopback ones, all, none."),
        new OptionDescriptor<bool>(nameof(RawSseOptions.AnonymousPublish), Switch,
            o => o.AnonymousPublish, (o, v) => o.AnonymousPublish = v,
            "Lets anyone who reaches a listener that is not loopback publish."),
        new RedisDescriptor(),
        new OptionDescriptor<string>(nameof(RawSseOptions.ChannelPrefix), ChannelPrefix, o => o.ChannelPrefix, (o, v) => o.ChannelPrefix = v,
            "How the names of keys and Pub/Sub channels in Redis begin; the same on every node."),
        new OptionDescriptor<HashTagMode>(nameof(RawSseOptions.HashTags), HashTags, o => o.HashTags, (o, v) => o.HashTags = v,
            "Braces around the channel in those names; auto: on with redis+cluster, else off. The same on every node."),
        new OptionDescriptor<PubSubMode>(nameof(RawSseOptions.PubSub), Choice<PubSubMode>(), o => o.PubSub, (o, v) => o.PubSub = v,
            "How doorbells travel in Redis; sharded: by SPUBLISH, with redis+cluster only.", "pubsub"),
        new SubscribeDescriptor(),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.RedisGrace), Duration("0s", "1h"),
            o => o.RedisGrace, (o, v) => o.RedisGrace = v,
            "How long streams are kept while Redis is away; 0s: not at all."),
        new OptionDescriptor<long>(nameof(RawSseOptions.PublishReplicas), Count("0", "100"),
            o => o.PublishReplicas, (o, v) => o.PublishReplicas = (int)v,
            "Replicas that must have a publish before it is confirmed (WAIT)."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.Audit), Duration("100ms", "1h"), o => o.Audit, (o, v) => o.Audit = v,
            "Within this time each live channel's last id is compared with the one in Redis."),
        new OptionDescriptor<long>(nameof(RawSseOptions.MaxLength), Count("1", "10000000"),
            o => o.MaxLength, (o, v) => o.MaxLength = (int)v,
            "Events kept for a channel."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.Ttl), Duration("1s", "8760h"), o => o.Ttl, (o, v) => o.Ttl = v,
            "A channel's history expires this long after its last event."),
        new OptionDescriptor<long>(nameof(RawSseOptions.ChannelBytes), Size("4KiB", "16GiB"),
            o => o.ChannelBytes, (o, v) => o.ChannelBytes = v,
            "Bytes kept for one channel; at least --max-event-bytes."),
        new OptionDescriptor<long>(nameof(RawSseOptions.Memory), Size("1MiB", "4096GiB", "half of the memory limit"),
            o => o.Memory, (o, v) => o.Memory = v,
            "Bytes of all logs, pages and the embedded store; at least --channel-bytes."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.Linger), Duration("0s", "24h"), o => o.Linger, (o, v) => o.Linger = v,
            "A channel without subscribers is kept ready this long."),
        new OptionDescriptor<long>(nameof(RawSseOptions.Shards), Count("1", "256", "one for each CPU"),
            o => o.Shards, (o, v) => o.Shards = (int)v,
            "Event loops, each a thread with its own connections."),
        new OptionDescriptor<TransportKind>(nameof(RawSseOptions.Transport), Choice<TransportKind>(),
            o => o.Transport, (o, v) => o.Transport = v,
            "How sockets are driven; auto: epoll on Linux, else sockets. uring: epoll, many sends a system call."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.Heartbeat), Duration("1s", "1h", "never"),
            o => o.Heartbeat, (o, v) => o.Heartbeat = v,
            "A comment is sent on a stream that was idle for so long."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.Retry), Duration("10ms", "1h"), o => o.Retry, (o, v) => o.Retry = v,
            "Reconnection time sent to clients, jittered by 50 % either way for each."),
        new OptionDescriptor<long>(nameof(RawSseOptions.MaxConnections), Count("1", "10000000", "what the open-file limit allows"),
            o => o.MaxConnections, (o, v) => o.MaxConnections = (int)v,
            "Connections of this node; more are refused so that clients come again."),
        new OptionDescriptor<long>(nameof(RawSseOptions.MaxConnectionsPerIp), Count("1", "10000000", "no limit"),
            o => o.MaxConnectionsPerIp, (o, v) => o.MaxConnectionsPerIp = (int)v,
            "Connections from one address."),
        new OptionDescriptor<long>(nameof(RawSseOptions.MaxChannelsPerConnection), Count("1", "256"),
            o => o.MaxChannelsPerConnection, (o, v) => o.MaxChannelsPerConnection = (int)v,
            "Channels one stream may have."),
        new OptionDescriptor<long>(nameof(RawSseOptions.MaxEventBytes), Size("256", "1MiB"),
            o => o.MaxEventBytes, (o, v) => o.MaxEventBytes = (int)v,
            "Bytes of an encoded event; a longer one is refused with 413."),
        new OptionDescriptor<long>(nameof(RawSseOptions.MaxLag), Size("512", "1GiB"), o => o.MaxLag, (o, v) => o.MaxLag = (int)v,
            "Unsent bytes after which a blocked subscriber is served from history; at least twice --max-event-bytes."),
        // No longer than SocketTuning.UserTimeoutMs, when the kernel gives up on such a peer anyway.
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.SendTimeout), Duration("100ms", "60s"),
            o => o.SendTimeout, (o, v) => o.SendTimeout = v,
            "A blocked subscriber that takes nothing for so long is closed."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.MaxLifetime), Duration("1s", "720h", "never"),
            o => o.MaxLifetime, (o, v) => o.MaxLifetime = v,
            "Closes a stream after 80 to 100 % of this, so that nodes rebalance."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.HeaderTimeout), Duration("100ms", "1h"),
            o => o.HeaderTimeout, (o, v) => o.HeaderTimeout = v,
            "Time for a request's head to arrive; then 408."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.BodyTimeout), Duration("100ms", "1h"),
            o => o.BodyTimeout, (o, v) => o.BodyTimeout = v,
            "Time for a request's body to arrive; then 408."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.IdleTimeout), Duration("100ms", "1h"),
            o => o.IdleTimeout, (o, v) => o.IdleTimeout = v,
            "A keep-alive connection without a request is closed after so long."),
        new OptionDescriptor<long>(nameof(RawSseOptions.MaxHeaderBytes), Size("1KiB", "256KiB"),
            o => o.MaxHeaderBytes, (o, v) => o.MaxHeaderBytes = (int)v,
            "Bytes of a request's head; then 431, or 414 for its target."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.DrainDelay), Duration("0s", "1h"),
            o => o.DrainDelay, (o, v) => o.DrainDelay = v,
            "On SIGTERM: not ready, but still serving, for so long."),
        new OptionDescriptor<TimeSpan>(nameof(RawSseOptions.Drain), Duration("0s", "1h"), o => o.Drain, (o, v) => o.Drain = v,
            "Then streams are closed in random order over so long; on SIGINT at most 1s."),
    ];

    private static OptionKind<string?> AdminEndpoint =>
        new(OptionUnit.Endpoint, TryParseAdmin, v => v ?? Unset,
            v => v is null || EndpointParser.TryParse(v, out _), $"{Unset}, {EndpointParser.Allowed}");

    private static OptionKind<string> ChannelPrefix =>
        new(OptionUnit.Text, TryParseText, v => v ?? "", RedisKeys.IsPrefix,
            $"1 to {RedisKeys.PrefixBytesMax} bytes of printable characters, no braces, no spaces");

    // Beside its words those of a switch, so that a file may say it with a boolean.
    private static OptionKind<HashTagMode> HashTags
    {
        get
        {
            var words = Choice<HashTagMode>();
            return words with { TryParse = (string text, out HashTagMode value) => words.TryParse(OnOff(text), out value) };
        }
    }

    /// <summary>Finds an option by its kebab-case name.</summary>
    public static OptionDescriptor? ByName(string name) => All.FirstOrDefault(option => option.Name == name);

    /// <summary>Finds an option by a file's key: kebab-case, or the property's name in any case (<c>maxLag</c>).</summary>
    public static OptionDescriptor? ByKey(string key) =>
        ByName(key) ?? All.FirstOrDefault(option => option.Property.Equals(key, StringComparison.OrdinalIgnoreCase));

    private static bool TryParseAdmin(string text, out string? value)
    {
        value = text == Unset ? null : text;
        return true;
    }

    private static bool TryParseText(string text, out string value)
    {
        value = text;
        return true;
    }

    private static string OnOff(string text) => Switch.TryParse(text, out bool on) ? Switch.Print(on) : text;
}
