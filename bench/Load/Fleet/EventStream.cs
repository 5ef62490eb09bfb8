using System.Net.Sockets;
using System.Text;
using RawSse.Protocol.Sse;

namespace RawSse.Bench.Load.Fleet;

/// <summary>One connection of a reader that parses all it gets, for scenarios that are about few streams.</summary>
internal sealed class EventStream : IDisposable
{
    private const int EventBytesMax = 1 << 20;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SseReader _reader = new(EventBytesMax);
    private readonly StreamAudit _audit;
    private readonly byte[] _read = new byte[64 << 10];
    private byte[] _head = [];
    private ChunkState? _body;

    /// <param name="audit">gets all that is read</param>
    /// <param name="receiveBytes">what the kernel may keep unread; 0: its own choice</param>
    public EventStream(StreamAudit audit, int receiveBytes = 0)
    {
        _audit = audit;
        // Before connecting, since the window's scale is agreed on then.
        if (receiveBytes > 0) _socket.ReceiveBufferSize = receiveBytes;
    }

    /// <summary>Connects and resumes after what the audit has seen.</summary>
    public async Task ConnectAsync(HttpTarget target)
    {
        await _socket.ConnectAsync(target.Address, target.Port);
        string resume = _audit.LastEventId is { } id ? $"Last-Event-ID: {id}\r\n" : "";
        string request = $"GET {target.Path} HTTP/1.1\r\nHost: {target.Host}\r\nAccept: text/event-stream\r\n{resume}\r\n";
        await _socket.SendAsync(Encoding.UTF8.GetBytes(request));
    }

    /// <summary>Reads up to so many bytes. 0: the server has closed it.</summary>
    public async ValueTask<int> ReadAsync(int bytesMax, CancellationToken cancelled)
    {
        int length = await _socket.ReceiveAsync(_read.AsMemory(0, Math.Min(bytesMax, _read.Length)), cancelled);
        Take(_read.AsSpan(0, length));
        return length;
    }

    /// <summary>Ends it as a client that is gone at once: a reset, and what is unread is thrown away.</summary>
    public void Reset() => _socket.LingerState = new LingerOption(true, 0);

    public void Dispose() => _socket.Dispose();

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_body is not { } body)
        {
            _head = [.. _head, .. bytes];
            if (!ResponseHead.TryParse(_head, out ResponseHead head)) return;
            if (!head.IsStream) throw new LoadException("A stream was answered: " + ResponseHead.Excerpt(_head));
            body = new ChunkState(head.IsChunked);
            bytes = _head.AsSpan(head.Bytes);
        }
        while (body.TryRead(ref bytes, out ReadOnlySpan<byte> content)) _reader.Push(content, _audit);
        _body = body;
    }
}
