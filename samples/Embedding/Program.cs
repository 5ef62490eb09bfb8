using System.Globalization;
using System.Net.ServerSentEvents;
using RawSse.Server.Hosting;

// A RawSse node inside a console application: it publishes the time once a second and reads its own stream.
// Ctrl-C ends it. The first argument is where to listen; without one a free port is taken.
using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopping.Cancel();
};

var options = new RawSseOptions
{
    Listen = { args.Length > 0 ? args[0] : "127.0.0.1:0" },
    Shards = 1,
    Heartbeat = TimeSpan.FromSeconds(5),
    MaxLength = 100,
};
await using RawSseServer server = await RawSseServer.StartAsync(options);
var stream = new Uri($"http://{server.Endpoints[0]}/events/ticks");
Console.WriteLine($"curl -N {stream}");

Task reading = ReadAsync(stream);
await TickAsync(server, stopping.Token);

// Streams are told when to come again and end between two events: ours, and those of everybody else.
await server.DrainAsync(delay: TimeSpan.Zero, over: TimeSpan.Zero);
await reading;
Console.WriteLine("stopped");

static async Task TickAsync(RawSseServer server, CancellationToken stopping)
{
    using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
    try
    {
        while (await timer.WaitForNextTickAsync(stopping))
        {
            string now = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
            await server.PublishAsync("ticks", now, type: "tick", cancellationToken: stopping);
        }
    }
    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
    {
        // Ctrl-C.
    }
}

// A client that outlives a cut connection sends the last EventId that it has as Last-Event-ID when it comes again.
static async Task ReadAsync(Uri stream)
{
    using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
    await using Stream bytes = await client.GetStreamAsync(stream);
    await foreach (SseItem<string> item in SseParser.Create(bytes).EnumerateAsync())
        Console.WriteLine($"{item.EventId} {item.EventType}: {item.Data}");
}
