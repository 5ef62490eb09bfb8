using System.Text;
using Microsoft.Extensions.Logging;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Hosting;
using RawSse.Server.Shards;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Embedded;

namespace RawSse.Simulation.Tests;

/// <summary>
/// A whole node over simulated transports and a clock that is moved by hand: nothing happens but by <see cref="Step"/>. Its
/// stores are witnessed by <see cref="Ledger"/>, or write it themselves where it shares them with other nodes. A connection
/// that a bug closes is a failure of the test.
/// </summary>
internal sealed class SimulatedNode : IDisposable
{
    /// <summary>As in <see cref="NodeBuilder"/>.</summary>
    private const long IdleLogMs = 2000;

    private readonly BugLogger _bugs = new();
    private bool _disposed;

    /// <param name="options">as for a real node</param>
    /// <param name="shards">how many</param>
    /// <param name="seed">of the transports' choices</param>
    /// <param name="logBytes">bytes of a log that are kept behind its head; null: as <see cref="NodeBuilder"/> has it</param>
    /// <param name="setting">what it shares with other nodes; null: it is alone, with embedded stores</param>
    public SimulatedNode(RawSseOptions options, int shards, int seed, long? logBytes = null, SharedSetting? setting = null)
    {
        Clock = setting?.Clock ?? new StepClock();
        Ledger = setting?.Ledger ?? new Ledger();
        var retention = new Retention(options.MaxLength, options.ChannelBytes, options.Ttl);
        var limits = new FeedLimits(
            logBytes ?? Math.Min(options.ChannelBytes, options.MaxLag), IdleLogMs, (long)options.Linger.TotalMilliseconds)
        {
            AuditMs = setting?.AuditMs ?? 0,
            GraceMs = setting?.GraceMs ?? 0,
        };
        Node = new Node
        {
            Limits = NodeBuilder.LimitsOf(options),
            Listeners = [new ListenerPolicy(IsAdmin: false, HasMetrics: true, HasConsole: true, MayPublish: true)],
            Budget = new MemoryBudget(options.Memory == 0 ? long.MaxValue : options.Memory),
            Connections = new ConnectionLimits(options.MaxConnections == 0 ? 10_000 : options.MaxConnections, options.MaxConnectionsPerIp),
            Clock = Clock,
            Access = new OpenAccess(),
            Log = new NodeLog(_bugs),
        };
        Node.Feeds =
        [
            .. Enumerable.Range(0, shards).Select(shard =>
            {
                var mailbox = new Mailbox();
                return new Feed(shard, mailbox, limits, Node.Budget, client => setting is null
                    ? new WitnessedStore(client, Ledger, inner => new EmbeddedStore(inner, retention, Node.Budget, Clock))
                    : setting.CreateStore(client, mailbox, Node.Budget));
            }),
        ];
        Transports = [.. Enumerable.Range(0, shards).Select(shard => new SimulatedTransport(seed + shard))];
        Node.Shards = [.. Node.Feeds.Select(feed => new Shard(Node, feed, Transports[feed.Shard]))];
    }

    public StepClock Clock { get; }

    public Ledger Ledger { get; }

    public Node Node { get; }

    public SimulatedTransport[] Transports { get; }

    public int Shards => Transports.Length;

    public void Step(int shard)
    {
        Node.Shards[shard].Step(0);
        if (_bugs.Found.Count > 0)
            throw new OracleException("a bug closed a connection: " + _bugs.Found[0]);
    }

    /// <summary>So many turns of every shard: enough to finish whatever does not wait for the clock or for a client.</summary>
    public void Settle(int turns = 40)
    {
        for (int turn = 0; turn < turns; turn++)
        {
            for (int shard = 0; shard < Shards; shard++)
                Step(shard);
        }
    }

    /// <summary>A name, the same length for each place, whose home is <paramref name="shard"/>: hashes differ from process to process.</summary>
    public string NameOn(int shard, string prefix)
    {
        for (int i = 1000; ; i++)
        {
            string name = $"{prefix}-{i}";
            if (Node.FeedOf(Encoding.UTF8.GetBytes(name)).Shard == shard)
                return name;
        }
    }

    /// <summary>Stops as a process does; afterwards every native byte must have been given back.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (Shard shard in Node.Shards)
            shard.CloseAll(CloseReason.Shutdown);
        foreach (SimulatedTransport transport in Transports)
            transport.Dispose();
        foreach (Shard shard in Node.Shards)
            shard.Mailbox.Drain();
        foreach (Feed feed in Node.Feeds)
            feed.Dispose();
    }

    private sealed class BugLogger : ILogger
    {
        public List<string> Found { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                Found.Add(formatter(state, exception) + exception);
        }
    }
}

/// <summary>What the nodes of a deployment have in common.</summary>
internal sealed record SharedSetting(
    StepClock Clock, Ledger Ledger, long AuditMs, long GraceMs, Func<IStoreClient, Mailbox, MemoryBudget, IStore> CreateStore);
