using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.ServerSentEvents;

namespace RawSse.Bench.Load;

/// <summary>
/// A stream that is only there to learn the ids of events from, for servers whose answer to a publish tells none. It reads with
/// the parser of .NET on threads of the pool, so it is not for what is timed.
/// </summary>
internal sealed class IdStream : IDisposable
{
    private static readonly TimeSpan s_waitMax = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<int, string> _idOfNumber = new();
    private readonly Stream _stream;

    /// <summary>Subscribes; it is answered when this returns, and what is published from then on comes.</summary>
    public IdStream(int port, string path)
    {
        _stream = _client.GetStreamAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}")))
            .GetAwaiter().GetResult();
        _ = Task.Run(ReadAsync);
    }

    /// <summary>The id of the event of this number; waits for it if it is not there yet.</summary>
    public string IdOf(int number)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < s_waitMax)
        {
            if (_idOfNumber.TryGetValue(number, out string? id)) return id;
            Thread.Sleep(1);
        }
        throw new LoadException($"No stream told the id of event {number}.");
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (SseItem<string> item in SseParser.Create(_stream).EnumerateAsync())
                if (item.EventId is { } id && item.Data.IndexOf((char)EventMarker.Sign) is >= 0 and var at)
                    _idOfNumber[int.Parse(item.Data.AsSpan(at + 1, EventMarker.Digits), CultureInfo.InvariantCulture)] = id;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The stream was closed, by us or by the server: who waits for an id says so.
        }
    }
}
