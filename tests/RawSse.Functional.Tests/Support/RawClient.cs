using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RawSse.Functional.Tests.Support;

/// <summary>A socket of our own that sends bytes as told and reads answers byte-exactly. One test at a time uses it.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    private RawClient(Socket socket) => _socket = socket;

    /// <param name="server">where to connect</param>
    /// <param name="receiveBuffer">SO_RCVBUF in bytes, set before connecting so that the window is small from the start; 0: the system's</param>
    /// <param name="local">the address to come from; null: the system's choice</param>
    public static async Task<RawClient> ConnectAsync(IPEndPoint server, int receiveBuffer = 0, IPAddress? local = null)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0) socket.ReceiveBufferSize = receiveBuffer;
        if (local is not null) socket.Bind(new IPEndPoint(local, 0));
        await socket.ConnectAsync(server, Patience.Token());
        return new RawClient(socket);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, Patience.Token())..];
    }

    public Task SendAsync(byte[] bytes) => SendAsync(bytes.AsMemory());

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends in pieces, each in a segment of its own: the loopback hands each over before the next is sent.</summary>
    public async Task SendTornAsync(byte[] bytes, params int[] cuts)
    {
        int from = 0;
        foreach (int cut in cuts.Append(bytes.Length))
        {
            await SendAsync(bytes.AsMemory(from, cut - from));
            from = cut;
            await Task.Yield();
        }
    }

    /// <summary>Sends until the peer stops taking bytes; a reset or refusal ends it silently.</summary>
    public async Task SendWhileTakenAsync(byte[] bytes, CancellationToken stop)
    {
        try
        {
            for (int sent = 0; sent < bytes.Length;) sent += await _socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, stop);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The answer is what counts, and it is read elsewhere.
        }
    }

    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes by RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<HttpReply> AskAsync(byte[] request)
    {
        await SendAsync(request);
        return await ReadReplyAsync(request.AsSpan().StartsWith("HEAD "u8));
    }

    /// <summary>Reads a final answer with its body; interim (1xx) answers are an error, use <see cref="ReadHeadAsync"/>.</summary>
    public async Task<HttpReply> ReadReplyAsync(bool noBody = false)
    {
        HttpReply head = await ReadHeadAsync();
        Assert.That(head.Status, Is.GreaterThanOrEqualTo(200), "an interim answer was not expected");
        if (noBody || head.Status is 204 or 304) return head;
        // A stream may have no end: whoever wants its bytes reads them one by one.
        if (head.Header("Content-Type") == "text/event-stream") return head;
        if (head.Header("Transfer-Encoding") is { } coding)
        {
            Assert.That(coding, Is.EqualTo("chunked"));
            return head with { Body = await ReadChunksAsync() };
        }
        if (head.Header("Content-Length") is { } length)
            return head with { Body = await ReadExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture)) };
        return head with { Body = await ReadToEndAsync() };
    }

    public async Task<HttpReply> ReadHeadAsync()
    {
        string text = await ReadThroughAsync("\r\n\r\n");
        string[] lines = text[..^4].Split("\r\n");
        string[] status = lines[0].Split(' ', 3);
        Assert.That(status, Has.Length.EqualTo(3), lines[0]);
        var headers = new List<(string, string)>();
        foreach (string line in lines[1..])
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            Assert.That(colon, Is.GreaterThan(0), line);
            headers.Add((line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }
        return new HttpReply(status[0], int.Parse(status[1], CultureInfo.InvariantCulture), headers, []);
    }

    /// <summary>One chunk of a chunked body; empty at its end.</summary>
    public async Task<byte[]> ReadChunkAsync()
    {
        string size = await ReadThroughAsync("\r\n");
        byte[] data = await ReadExactlyAsync(int.Parse(size.Split(';')[0].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        Assert.That(await ReadThroughAsync("\r\n"), Is.EqualTo("\r\n"));
        return data;
    }

    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        while (_end - _start < count) await FillOrFailAsync($"{count} bytes");
        return Take(count);
    }

    /// <summary>Reads up to and with <paramref name="marker"/>; the text is Latin-1, byte for byte.</summary>
    public async Task<string> ReadThroughAsync(string marker)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(marker);
        int at;
        while ((at = _buffer.AsSpan(_start, _end - _start).IndexOf(bytes)) < 0) await FillOrFailAsync(marker);
        return Encoding.Latin1.GetString(Take(at + bytes.Length));
    }

    /// <summary>Reads until the server's FIN; a reset fails the test.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await FillAsync() > 0) { }
        return Take(_end - _start);
    }

    /// <summary>What has arrived, at least one byte and at most <paramref name="most"/>; empty at the server's FIN.</summary>
    public async Task<byte[]> ReadSomeAsync(int most, CancellationToken stop)
    {
        if (_start == _end && await FillAsync(stop) == 0) return [];
        return Take(Math.Min(most, _end - _start));
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new List<byte>();
        for (byte[] chunk = await ReadChunkAsync(); chunk.Length > 0; chunk = await ReadChunkAsync()) body.AddRange(chunk);
        return [.. body];
    }

    private async Task FillOrFailAsync(string expected)
    {
        int read;
        try
        {
            read = await FillAsync();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            throw new AssertionException($"{e.GetType().Name} ({e.Message}) before «{expected}»; so far: {Unread()}");
        }
        if (read == 0) throw new AssertionException($"the server closed before «{expected}»; so far: {Unread()}");
    }

    private Task<int> FillAsync() => FillAsync(Patience.Token());

    private async Task<int> FillAsync(CancellationToken stop)
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        int read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, stop);
        _end += read;
        return read;
    }

    private byte[] Take(int count)
    {
        byte[] bytes = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return bytes;
    }

    private string Unread() => Encoding.Latin1.GetString(_buffer, _start, Math.Min(_end - _start, 2000));
}
