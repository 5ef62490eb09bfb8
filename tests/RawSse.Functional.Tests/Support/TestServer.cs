using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using RawSse.Server.Hosting;

namespace RawSse.Functional.Tests.Support;

/// <summary>A server in this process, the clients that a test opened on it, and what it logged as an error.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly ConcurrentBag<IDisposable> _clients = [];
    private readonly ConcurrentBag<StreamClient> _streams = [];
    private readonly ErrorLog _errors;
    private readonly ManualClock? _clock;
    private Publisher? _publisher;

    private TestServer(ErrorLog errors, ManualClock? clock) => (_errors, _clock) = (errors, clock);

    public required RawSseServer Server { get; init; }

    public IPEndPoint Endpoint => Server.Endpoints[0];

    public IReadOnlyCollection<string> Bugs => _errors.Lines;

    public static async Task<TestServer> StartAsync(RawSseOptions options, ManualClock? clock)
    {
        var errors = new ErrorLog();
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(errors));
        RawSseServer server = await RawSseServer.StartAsync(options, logs, clock, Patience.Token());
        var test = new TestServer(errors, clock) { Server = server };
        if (options.Redis is not null)
            await Patience.UntilAsync(async () => (await test.GetAsync("/readyz")).Status == 200, "the store");
        return test;
    }

    /// <summary>The public endpoint number <paramref name="listener"/> over IPv4 loopback, also when it listens on any address.</summary>
    public IPEndPoint Reach(int listener) => new(IPAddress.Loopback, Server.Endpoints[listener].Port);

    public async Task<RawClient> ConnectAsync(IPAddress? local = null, int receiveBuffer = 0)
    {
        RawClient client = await RawClient.ConnectAsync(Endpoint, receiveBuffer, local);
        _clients.Add(client);
        return client;
    }

    public async Task<StreamClient> OpenAsync(string target, string? lastEventId = null)
    {
        StreamClient stream = await StreamClient.OpenAsync(Endpoint, target, lastEventId);
        _streams.Add(stream);
        return stream;
    }

    public async Task<StreamClient> OpenSlowAsync(string target, string? lastEventId = null, int receiveBuffer = 4096)
    {
        StreamClient stream = await StreamClient.OpenSlowAsync(Endpoint, target, lastEventId, receiveBuffer);
        _streams.Add(stream);
        return stream;
    }

    public async Task<Publisher> PublisherAsync()
    {
        Publisher publisher = await Publisher.ConnectAsync(Endpoint);
        _clients.Add(publisher);
        return publisher;
    }

    /// <summary>Publishes over HTTP what must be confirmed; one connection for the test, unless a stepped clock may end it.</summary>
    public async Task<string> PublishAsync(string channel, string data, string? type = null)
    {
        if (_clock is not null)
        {
            using Publisher once = await Publisher.ConnectAsync(Endpoint);
            return await once.PublishAsync(channel, data, type);
        }
        _publisher ??= await PublisherAsync();
        return await _publisher.PublishAsync(channel, data, type);
    }

    public async Task<string[]> PublishManyAsync(string channel, IEnumerable<string> data)
    {
        var ids = new List<string>();
        foreach (string one in data) ids.Add(await PublishAsync(channel, one));
        return [.. ids];
    }

    /// <summary>One request on a connection of its own, to the public endpoint unless another is given.</summary>
    public async Task<HttpReply> AskAsync(byte[] request, IPEndPoint? endpoint = null)
    {
        using RawClient client = await RawClient.ConnectAsync(endpoint ?? Endpoint);
        return await client.AskAsync(request);
    }

    public Task<HttpReply> GetAsync(string target, IPEndPoint? endpoint = null) =>
        AskAsync(Request.Get(target, "Connection: close"), endpoint);

    public Task<HttpReply> PostAsync(string target, string body, params string[] headers) =>
        AskAsync(Request.Post(target, body, headers));

    public async Task<Metrics> MetricsAsync(IPEndPoint? endpoint = null)
    {
        HttpReply reply = await GetAsync("/metrics", endpoint ?? Server.AdminEndpoint);
        Assert.That(reply.Status, Is.EqualTo(200), reply.Text);
        return Metrics.Parse(reply.Text);
    }

    /// <summary>Closes the clients first, so that a server that waits for them is not kept waiting.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (StreamClient stream in _streams) await stream.DisposeAsync();
        foreach (IDisposable client in _clients) client.Dispose();
        await Server.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) _lines.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
