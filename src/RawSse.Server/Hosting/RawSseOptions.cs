namespace RawSse.Server.Hosting;

/// <summary>Which listeners serve the console page.</summary>
public enum ConsoleMode
{
    /// <summary>Loopback listeners only.</summary>
    Loopback,
    /// <summary>Every public listener.</summary>
    On,
    /// <summary>None.</summary>
    Off,
}

/// <summary>How sockets are driven.</summary>
public enum TransportKind
{
    /// <summary><see cref="Epoll"/> on Linux, else <see cref="Sockets"/>.</summary>
    Auto,
    /// <summary>epoll(7) and send(2) by P/Invoke: Linux only, the fastest.</summary>
    Epoll,
    /// <summary>System.Net.Sockets: every platform.</summary>
    Sockets,
    /// <summary>
    /// <see cref="Epoll"/>, but an event is sent to many subscribers in one system call (io_uring(7)): Linux 6.1 or later where it
    /// is allowed, which most containers do not.
    /// </summary>
    Uring,
}

/// <summary>Whether the channel stands in braces in the names that Redis sees, so that all of its keys share a slot.</summary>
public enum HashTagMode
{
    /// <summary><see cref="On"/> with <c>redis+cluster://</c>, else <see cref="Off"/>.</summary>
    Auto,
    /// <summary><c>sse:news</c>.</summary>
    Off,
    /// <summary><c>sse:{news}</c>.</summary>
    On,
}

/// <summary>Which of Redis' two kinds of Pub/Sub carries the doorbells.</summary>
public enum PubSubMode
{
    /// <summary>PUBLISH and SUBSCRIBE: every Redis; in a cluster each message goes to every node of it.</summary>
    Classic,
    /// <summary>SPUBLISH and SSUBSCRIBE: a cluster of Redis 7, where a message stays in its channel's shard.</summary>
    Sharded,
}

/// <summary>
/// Everything that can be set, with the defaults of the contract. Bounds and relations are checked by
/// <see cref="OptionsValidator"/> before anything starts. Sizes are bytes.
/// </summary>
public sealed class RawSseOptions
{
    internal const string ListenDefault = "127.0.0.1:3000";

    /// <summary>
    /// Public listeners, <c>HOST:PORT</c> or <c>[HOST]:PORT</c>; port 0 takes a free one. Empty: <c>127.0.0.1:3000</c>.
    /// </summary>
    public IList<string> Listen { get; init; } = [];

    /// <summary>Where <c>/metrics</c> and <c>/channels</c> live; null: on the loopback listeners only.</summary>
    public string? AdminListen { get; set; }

    /// <summary>Which listeners serve the console page.</summary>
    public ConsoleMode Console { get; set; } = ConsoleMode.Loopback;

    /// <summary>Allows publishing without credentials on listeners that are not loopback.</summary>
    public bool AnonymousPublish { get; set; }

    /// <summary>
    /// The Redis that any number of nodes share: <c>redis://</c>, <c>rediss://</c> (TLS),
    /// <c>redis+sentinel://h1,h2/MASTER</c> or <c>redis+cluster://h1,h2</c>, with user, password and database in the URL.
    /// Null: the embedded store, for one node.
    /// </summary>
    public string? Redis { get; set; }

    /// <summary>
    /// How the names of keys and Pub/Sub channels in Redis begin, the same on every node: 1 to 64 bytes of printable
    /// characters, without braces and spaces.
    /// </summary>
    public string ChannelPrefix { get; set; } = "sse:";

    /// <summary>Braces around the channel in the names that Redis sees; the same on every node, always.</summary>
    public HashTagMode HashTags { get; set; } = HashTagMode.Auto;

    /// <summary>How doorbells travel; publishers must do the same.</summary>
    public PubSubMode PubSub { get; set; } = PubSubMode.Classic;

    /// <summary>
    /// <c>pattern:GLOB</c>, at most 16: one PSUBSCRIBE for all channels that the glob matches, e.g. <c>pattern:user:*</c>.
    /// Other channels are subscribed one by one.
    /// </summary>
    public IList<string> Subscribe { get; init; } = [];

    /// <summary>How long streams are kept while Redis is away; zero: not at all.</summary>
    public TimeSpan RedisGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Replicas that must have a publish before it is confirmed (<c>WAIT</c>).</summary>
    public int PublishReplicas { get; set; }

    /// <summary>Within this time each live channel's last id is compared with the one in Redis.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Events kept for a channel (<c>MAXLEN ~</c>).</summary>
    public int MaxLength { get; set; } = 10_000;

    /// <summary>A channel's history expires this long after its last event.</summary>
    public TimeSpan Ttl { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Bytes kept for one channel.</summary>
    public long ChannelBytes { get; set; } = 16 << 20;

    /// <summary>Bytes of all logs, pages and the embedded store; 0: half the memory limit of the cgroup.</summary>
    public long Memory { get; set; }

    /// <summary>A channel without subscribers is kept this long.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Event loops; 0: one per CPU.</summary>
    public int Shards { get; set; }

    /// <summary>How sockets are driven.</summary>
    public TransportKind Transport { get; set; } = TransportKind.Auto;

    /// <summary>A comment is sent on a stream that was idle for so long; zero: never.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Reconnection time sent to clients, jittered by ±50 % for each connection.</summary>
    public TimeSpan Retry { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Connections of this node; 0: what the open-file limit allows.</summary>
    public int MaxConnections { get; set; }

    /// <summary>Connections from one address; 0: no limit.</summary>
    public int MaxConnectionsPerIp { get; set; }

    /// <summary>Channels one stream may have.</summary>
    public int MaxChannelsPerConnection { get; set; } = 32;

    /// <summary>Bytes of an encoded frame; a longer event is refused with 413.</summary>
    public int MaxEventBytes { get; set; } = 256 << 10;

    /// <summary>Unsent bytes after which a blocked subscriber leaves the log and is served from history.</summary>
    public int MaxLag { get; set; } = 2 << 20;

    /// <summary>A blocked subscriber that takes nothing for so long is closed.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Closes a stream after that long, jittered 80–100 %; zero: never.</summary>
    public TimeSpan MaxLifetime { get; set; }

    /// <summary>Time for a request's head to arrive; then 408.</summary>
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for a request's body to arrive; then 408.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>An idle keep-alive connection is closed after so long.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of a request's head; then 431 (or 414 for its target).</summary>
    public int MaxHeaderBytes { get; set; } = 16 << 10;

    /// <summary>On SIGTERM: not ready but still serving for so long.</summary>
    public TimeSpan DrainDelay { get; set; }

    /// <summary>Then streams are closed in random order over so long.</summary>
    public TimeSpan Drain { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary><see cref="Listen"/> with its default filled in.</summary>
    internal IReadOnlyList<string> EffectiveListen => Listen.Count == 0 ? [ListenDefault] : [.. Listen];
}
