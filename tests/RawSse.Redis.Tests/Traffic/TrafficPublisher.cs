using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace RawSse.Redis.Tests.Traffic;

/// <summary>
/// Publishes at a rate over HTTP, to whichever node the proxy chooses. Each event has an idempotency key and is repeated until it is
/// acknowledged: so acknowledged means exactly one entry. Its data is <c>CHANNEL SEQUENCE</c>.
/// </summary>
internal sealed class TrafficPublisher : IDisposable
{
    private const int WorkersPerChannel = 2;

    // Connections are young, so that publishes move between nodes.
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromSeconds(1),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        UseProxy = false,
    })
    { Timeout = TimeSpan.FromSeconds(15) };
    private readonly IPEndPoint _server;
    private readonly string[] _channels;
    private readonly int _perSecond;
    private readonly int[] _sequences;

    public TrafficPublisher(IPEndPoint server, string[] channels, int perSecond)
    {
        _server = server;
        _channels = channels;
        _perSecond = perSecond;
        _sequences = new int[channels.Length];
    }

    /// <summary>What was acknowledged, and as what.</summary>
    public ConcurrentQueue<(string Channel, string Data, EventId Id)> Acknowledged { get; } = [];

    /// <summary>Answers that a publish may not have.</summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Attempts that were not acknowledged and were repeated: why, and how many.</summary>
    public ConcurrentDictionary<string, int> Repeats { get; } = [];

    /// <summary>Publishes until told to stop, and returns when all that was begun is acknowledged.</summary>
    public Task RunAsync(CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        return Task.WhenAll(Enumerable.Range(0, _channels.Length * WorkersPerChannel)
            .Select(worker => Task.Run(() => WorkAsync(worker % _channels.Length, clock, stop))));
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Keeps to its share of the rate on the whole: what an outage held up is published after it.</summary>
    private async Task WorkAsync(int channel, Stopwatch clock, CancellationToken stop)
    {
        double perSecond = (double)_perSecond / (_channels.Length * WorkersPerChannel);
        for (int done = 0; !stop.IsCancellationRequested;)
        {
            if (done > clock.Elapsed.TotalSeconds * perSecond)
            {
                await Task.Delay(20, CancellationToken.None);
                continue;
            }
            done++;
            await PublishAsync(_channels[channel], Interlocked.Increment(ref _sequences[channel]));
        }
    }

    private async Task PublishAsync(string channel, int sequence)
    {
        string data = $"{channel} {sequence}";
        var trying = Stopwatch.StartNew();
        string last = "";
        while (trying.Elapsed < 2 * Patience.Limit)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{_server}/events/{channel}");
                request.Headers.Add("Idempotency-Key", $"{channel}.{sequence}");
                request.Content = new StringContent(data);
                using HttpResponseMessage response = await _client.SendAsync(request);
                last = await response.Content.ReadAsStringAsync();
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    using JsonDocument answer = JsonDocument.Parse(last);
                    Acknowledged.Enqueue((channel, data, EventId.Parse(answer.RootElement.GetProperty("id").GetString()!)));
                    return;
                }
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable) Complaints.Enqueue($"{data}: {(int)response.StatusCode} {last}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                last = e.Message;
            }
            Repeats.AddOrUpdate(last, 1, (_, count) => count + 1);
            await Task.Delay(Random.Shared.Next(50, 200));
        }
        Complaints.Enqueue($"{data} was never acknowledged: {last}");
    }
}
