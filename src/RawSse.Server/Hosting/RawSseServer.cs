using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RawSse.Server.Shards;
using RawSse.Server.Transport;

namespace RawSse.Server.Hosting;

/// <summary>
/// A running node: its listeners, shards and store. Members may be called from any thread.
/// </summary>
public sealed class RawSseServer : IAsyncDisposable
{
    private readonly Node _node;
    private readonly ITransportFactory _transports;
    private readonly ShardThread[] _threads;
    private readonly LibraryPublisher _publisher;
    private readonly Drainer _drainer;
    private int _isDisposed;

    /// <summary>How long the start waits for the store: mostly milliseconds, and who is then asked is refused nothing.</summary>
    private static readonly TimeSpan s_storePatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_storeLook = TimeSpan.FromMilliseconds(5);

    private RawSseServer(Node node, ITransportFactory transports, IReadOnlyList<IPEndPoint> endpoints, IPEndPoint? adminEndpoint)
    {
        _node = node;
        _transports = transports;
        _threads = [.. node.Shards.Select(static shard => new ShardThread(shard))];
        _publisher = new LibraryPublisher(node);
        _drainer = new Drainer(node);
        Endpoints = endpoints;
        AdminEndpoint = adminEndpoint;
    }

    /// <summary>The public listeners, in the order of the options, with their real ports.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; }

    /// <summary>The admin listener, when the options name one.</summary>
    public IPEndPoint? AdminEndpoint { get; }

    /// <summary>Starts a node. It serves when the task completes: not ready, should Redis not be there within two seconds.</summary>
    /// <param name="options">what to serve with; not read again after the start</param>
    /// <param name="loggerFactory">null: nothing is logged</param>
    /// <param name="clock">null: the system's</param>
    /// <param name="cancellationToken">given up before the start</param>
    /// <exception cref="ArgumentException">an option is out of bounds; the message names it and what is allowed</exception>
    /// <exception cref="IOException">an endpoint is in use, or not this machine's</exception>
    public static Task<RawSseServer> StartAsync(
        RawSseOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (OptionsValidator.Validate(options) is { } line)
            throw new ArgumentException(line, nameof(options));
        cancellationToken.ThrowIfCancellationRequested();
        ILogger logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("RawSse");
        ITransportFactory transports = TransportFactories.Create(options.Transport);
        try
        {
            RawSseServer server = NodeBuilder.Build(options, transports, new NodeLog(logger), clock ?? TimeProvider.System, Create);
            foreach (ShardThread thread in server._threads)
                thread.Start();
            return server.WhenStoreIsUpAsync(cancellationToken);
        }
        catch
        {
            transports.Dispose();
            throw;
        }

        RawSseServer Create(Node node, IReadOnlyList<IPEndPoint> endpoints, IPEndPoint? admin) => new(node, transports, endpoints, admin);
    }

    /// <summary>Publishes an event, with the same rules as POST /events/{channel}.</summary>
    /// <param name="channel">1–200 bytes of UTF-8 without control characters, { or }</param>
    /// <param name="data">any text; line ends of every kind arrive as LF</param>
    /// <param name="type">the event's type; null, empty or <c>message</c>: none</param>
    /// <param name="idempotencyKey">1–128 printable ASCII bytes: repeating it within five minutes gives the first id</param>
    /// <param name="cancellationToken">gives up waiting; the event may still be stored</param>
    /// <returns>the event's id, once the store holds it</returns>
    /// <exception cref="RawSsePublishException">refused; it says why, and with which status HTTP would have answered</exception>
    public ValueTask<string> PublishAsync(
        string channel, string data, string? type = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        return _publisher.PublishAsync(channel, data, type, idempotencyKey, cancellationToken);
    }

    /// <summary>
    /// Takes the node out of service: not ready at once; after <paramref name="delay"/> streams are closed in random order
    /// over <paramref name="over"/>. Completes when no connection is left, at the latest a little after that.
    /// </summary>
    public Task DrainAsync(TimeSpan delay, TimeSpan over, CancellationToken cancellationToken = default) =>
        _drainer.RunAsync(delay, over, cancellationToken);

    private async Task<RawSseServer> WhenStoreIsUpAsync(CancellationToken cancellationToken)
    {
        for (TimeSpan waited = TimeSpan.Zero; !_node.IsStoreUp && waited < s_storePatience; waited += s_storeLook)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await DisposeAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            await Task.Delay(s_storeLook, CancellationToken.None).ConfigureAwait(false);
        }
        return this;
    }

    /// <summary>Closes everything now.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await Task.Run(() =>
        {
            foreach (ShardThread thread in _threads)
                thread.Stop();
            _publisher.Close();
            while (_node.Shards.Any(static shard => shard.Mailbox.Drain()))
            {
                // Publishes on their way get their answer, though no shard runs any more.
            }
            foreach (Shard shard in _node.Shards)
                shard.Transport.Dispose();
            foreach (Feed.Feed feed in _node.Feeds)
                feed.Dispose();
            _transports.Dispose();
        }).ConfigureAwait(false);
    }
}
