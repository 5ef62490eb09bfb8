using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RawSse.Redis.Tests.Traffic;

/// <summary>
/// An EventSource that writes down what it sees of each of its channels: cut for whatever reason, it comes back with its last
/// id. One socket and no thread of its own.
/// </summary>
internal sealed class Subscriber
{
    private const int BackOffMsMax = 400;
    private const int HeadBytesMax = 16 * 1024;

    private readonly IPEndPoint _server;
    private readonly string[] _channels;
    private readonly string _target;
    private readonly Random _random;
    private readonly ChannelRecord[] _records;
    private readonly Lock _gate = new();
    private readonly byte[] _buffer = new byte[8 * 1024];
    private Socket? _socket;
    private string? _lastEventId;
    private int _retryMs = BackOffMsMax;

    /// <param name="server">where to connect, again and again</param>
    /// <param name="channels">names in ordinal order, as an id of several has them</param>
    /// <param name="start">a query such as <c>from=earliest</c>, or empty</param>
    /// <param name="name">for messages</param>
    /// <param name="seed">of its back-off</param>
    public Subscriber(IPEndPoint server, string[] channels, string start, string name, int seed)
    {
        _server = server;
        _channels = channels;
        _random = new Random(seed);
        _records = [.. channels.Select(channel => new ChannelRecord(name, channel))];
        string query = string.Join('&', channels.Select(channel => $"channel={channel}").Append(start).Where(part => part.Length > 0));
        _target = $"/events?{query}";
        Name = name;
    }

    public string Name { get; }

    public int Connections { get; private set; }

    /// <summary>What it saw that no server may say; looked at when it has stopped.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Looked at when it has stopped, or through <see cref="Holds"/>.</summary>
    public IReadOnlyList<ChannelRecord> Records => _records;

    /// <summary>Whether something is true of all its channels now.</summary>
    public bool Holds(Func<ChannelRecord, bool> condition)
    {
        lock (_gate) return _records.All(condition);
    }

    /// <summary>Cuts its connection, by RST or FIN.</summary>
    public void Cut(bool byReset)
    {
        if (Volatile.Read(ref _socket) is not { } socket) return;
        try
        {
            if (byReset) socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
        socket.Dispose();
    }

    /// <summary>Connects, reads and comes back until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ReadStreamAsync(stop);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The network, or the test: it comes back.
            }
            catch (Exception e)
            {
                lock (_gate) Complaints.Add($"{Name}: {e.Message}");
            }
            _socket?.Dispose();
            await Task.Delay(_random.Next(Math.Min(_retryMs, BackOffMsMax)), CancellationToken.None);
        }
    }

    private async Task ReadStreamAsync(CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Volatile.Write(ref _socket, socket);
        await socket.ConnectAsync(_server, stop);
        await socket.SendAsync(Request.Stream(_target, _lastEventId), SocketFlags.None, stop);
        Connections++;
        int length = 0;
        int body;
        while ((body = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            int read = await socket.ReceiveAsync(_buffer.AsMemory(length), SocketFlags.None, stop);
            if (read == 0 || length + read >= HeadBytesMax) return;
            length += read;
        }
        if (!_buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8))
            throw new FormatException($"an EventSource would give up for ever: {Encoding.UTF8.GetString(_buffer, 0, length)}");

        var parser = new SseParser();
        int seen = Observe(parser, _buffer.AsSpan((body + 4)..length), 0);
        while ((length = await socket.ReceiveAsync(_buffer, SocketFlags.None, stop)) > 0)
            seen = Observe(parser, _buffer.AsSpan(0, length), seen);
    }

    /// <summary>Takes what has arrived and returns how many items of the stream are seen.</summary>
    private int Observe(SseParser parser, ReadOnlySpan<byte> bytes, int seen)
    {
        parser.Feed(bytes);
        lock (_gate)
        {
            for (; seen < parser.Items.Count; seen++) Observe(parser.Items[seen]);
        }
        _lastEventId = parser.LastEventId ?? _lastEventId;
        return seen;
    }

    private void Observe(SseItem item)
    {
        if (item.Kind == SseItemKind.Retry) _retryMs = int.Parse(item.Text);
        if (item.Kind is not (SseItemKind.Position or SseItemKind.Event)) return;
        EventId[] ids = StreamPosition.Parse(item.Id, _channels.Length);
        if (item.Kind == SseItemKind.Position)
        {
            for (int i = 0; i < ids.Length; i++) _records[i].StartAt(ids[i]);
            return;
        }
        bool isGap = item.Type == "rawsse.gap";
        string channel = isGap ? Gap.Of(item).Channel : item.Text.Split(' ', 2)[0];
        int number = Array.IndexOf(_channels, channel);
        if (number < 0) throw new FormatException($"not a channel of this stream: {item}");
        for (int i = 0; i < ids.Length; i++)
            if (i != number && ids[i] != _records[i].Position)
                Complaints.Add($"{Name}: an event of {channel} moved {_channels[i]} from {_records[i].Position} to {ids[i]}: {item}");
        _records[number].Add(new(isGap, ids[number], isGap ? Gap.Of(item).Reason : item.Text));
    }
}
