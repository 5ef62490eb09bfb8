using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace RawSse.Functional.Tests.Support;

/// <summary>A subscriber: opens a stream and, unless told to be slow, reads it in the background until it ends or is cut.</summary>
internal sealed class StreamClient : IAsyncDisposable
{
    private readonly RawClient _client;
    private readonly SseParser _parser = new();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cut = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private string? _ended;

    private StreamClient(RawClient client, HttpReply head) => (_client, Head) = (client, head);

    public HttpReply Head { get; }

    public IReadOnlyList<SseItem> Events => Look(parser => parser.Events.ToArray());

    public IReadOnlyList<SseItem> Items => Look(parser => parser.Items.ToArray());

    public string[] Data => Look(parser => parser.Events.Select(e => e.Text).ToArray());

    public string? LastEventId => Look(parser => parser.LastEventId);

    /// <summary>The id of the first block: where this stream starts.</summary>
    public string Position => Look(parser => parser.FirstId)!;

    /// <summary>Opens a stream that must be answered 200 and waits for its first block with an id.</summary>
    public static async Task<StreamClient> OpenAsync(IPEndPoint server, string target, string? lastEventId = null)
    {
        StreamClient stream = await OpenSlowAsync(server, target, lastEventId, receiveBuffer: 0);
        stream._reading = stream.ReadAsync();
        await stream.WaitAsync(parser => parser.FirstId is not null, "the first block");
        return stream;
    }

    /// <summary>Opens a stream that is read only by <see cref="ReadSomeAsync"/>.</summary>
    public static async Task<StreamClient> OpenSlowAsync(IPEndPoint server, string target, string? lastEventId, int receiveBuffer)
    {
        RawClient client = await RawClient.ConnectAsync(server, receiveBuffer);
        await client.SendAsync(Request.Stream(target, lastEventId));
        HttpReply head = await client.ReadHeadAsync();
        Assert.That(head.Status, Is.EqualTo(200), target);
        return new StreamClient(client, head);
    }

    /// <summary>Reads at most so many bytes; false at the stream's end.</summary>
    public async Task<bool> ReadSomeAsync(int most)
    {
        byte[] bytes = await _client.ReadSomeAsync(most, Patience.Token());
        lock (_gate) _parser.Feed(bytes);
        return bytes.Length > 0;
    }

    /// <summary>A slow stream stops being slow.</summary>
    public void ReadOn() => _reading = ReadAsync();

    public T Look<T>(Func<SseParser, T> look)
    {
        lock (_gate) return look(_parser);
    }

    public Task WaitForEventsAsync(int count) =>
        WaitAsync(parser => parser.Events.Count >= count, $"{count} events");

    public Task WaitForDataAsync(string data) =>
        WaitAsync(parser => parser.Events.Any(e => e.Text == data), $"an event with data {data}");

    /// <summary>Waits until <paramref name="condition"/> holds; fails when the stream ends first or patience does.</summary>
    public async Task WaitAsync(Func<SseParser, bool> condition, string what)
    {
        CancellationToken patience = Patience.Token();
        while (true)
        {
            Task changed;
            string? ended;
            lock (_gate)
            {
                if (condition(_parser)) return;
                (changed, ended) = (_changed.Task, _ended);
            }
            if (ended is not null) throw new AssertionException($"the stream ended ({ended}) before {what}; {Summary()}");
            try
            {
                await changed.WaitAsync(patience);
            }
            catch (OperationCanceledException)
            {
                throw new AssertionException($"waited {Patience.Limit.TotalSeconds} s for {what}; {Summary()}");
            }
        }
    }

    /// <summary>Waits for the server to end the stream and says how: <c>FIN</c> or a socket error.</summary>
    public async Task<string> EndAsync()
    {
        try
        {
            await _reading.WaitAsync(Patience.Limit);
        }
        catch (TimeoutException)
        {
            throw new AssertionException($"the server did not end the stream; {Summary()}");
        }
        return _ended!;
    }

    public bool Ended => _reading.IsCompleted;

    /// <summary>The gap events so far, parsed.</summary>
    public Gap[] Gaps() => [.. Events.Where(e => e.Type == "rawsse.gap").Select(Gap.Of)];

    /// <summary>Cuts the connection by RST, as a dead network does.</summary>
    public async Task ResetAsync()
    {
        await StopReadingAsync();
        _client.Reset();
    }

    public async ValueTask DisposeAsync()
    {
        await StopReadingAsync();
        _client.Dispose();
    }

    private async Task StopReadingAsync()
    {
        await _cut.CancelAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        string ended = "FIN";
        try
        {
            while (await _client.ReadSomeAsync(int.MaxValue, _cut.Token) is { Length: > 0 } bytes) Change(() => _parser.Feed(bytes));
            // As EventSource does: a stream that has ended is closed by its client, too.
            _client.Dispose();
        }
        catch (OperationCanceledException)
        {
            ended = "cut by the test";
        }
        catch (SocketException e)
        {
            ended = e.SocketErrorCode.ToString();
        }
        catch (AssertionException e)
        {
            ended = e.Message;
        }
        Change(() => _ended = ended);
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
    }

    private string Summary() => Look(parser =>
        $"{parser.Events.Count} events, last items: {JsonSerializer.Serialize(parser.Items.TakeLast(5))}");
}
