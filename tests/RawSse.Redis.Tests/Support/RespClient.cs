using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RawSse.Redis.Tests.Support;

/// <summary>
/// A Redis client as small as can be, written from the protocol and not from the server's own: one command at a time, RESP2.
/// One task at a time uses it.
/// </summary>
internal sealed class RespClient : IDisposable
{
    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    private RespClient(TcpClient client) => (_client, _stream) = (client, new BufferedStream(client.GetStream(), 16 * 1024));

    public static async Task<RespClient> ConnectAsync(IPEndPoint server)
    {
        var client = new TcpClient(AddressFamily.InterNetwork) { NoDelay = true };
        try
        {
            await client.ConnectAsync(server, Patience.Token());
        }
        catch
        {
            client.Dispose();
            throw;
        }
        return new RespClient(client);
    }

    /// <summary>Sends a command and returns its reply, also when that is an error.</summary>
    public async Task<RespReply> TryAsync(params object[] command)
    {
        await SendAsync(command);
        return await ReadAsync();
    }

    /// <summary>Sends a command that must succeed. Its words are strings, bytes or numbers.</summary>
    public async Task<RespReply> AskAsync(params object[] command)
    {
        RespReply reply = await TryAsync(command);
        Assert.That(reply.IsError, Is.False, () => $"{string.Join(' ', command)}: {reply}");
        return reply;
    }

    /// <summary>Sends without waiting: for pipelines, and for commands that are answered by messages.</summary>
    public async Task SendAsync(params object[] command)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Encoding.ASCII.GetBytes($"*{command.Length}\r\n"));
        foreach (object word in command)
        {
            byte[] text = word as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(word, CultureInfo.InvariantCulture)!);
            bytes.Write(Encoding.ASCII.GetBytes($"${text.Length}\r\n"));
            bytes.Write(text);
            bytes.Write("\r\n"u8);
        }
        await _client.GetStream().WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), Patience.Token());
    }

    /// <summary>The next reply or message.</summary>
    public async Task<RespReply> ReadAsync()
    {
        string line = await ReadLineAsync();
        string rest = line[1..];
        switch (line[0])
        {
            case '+': return new(Encoding.UTF8.GetBytes(rest));
            case '-': return new(Encoding.UTF8.GetBytes(rest), IsError: true);
            case ':': return new(null, long.Parse(rest, CultureInfo.InvariantCulture));
            case '$': return new(await ReadBytesAsync(int.Parse(rest, CultureInfo.InvariantCulture)));
            case '*':
                int count = int.Parse(rest, CultureInfo.InvariantCulture);
                if (count < 0) return new(null);
                var items = new RespReply[count];
                for (int i = 0; i < count; i++) items[i] = await ReadAsync();
                return new(null, count, items);
            default: throw new AssertionException($"not RESP: {line}");
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task<byte[]?> ReadBytesAsync(int count)
    {
        if (count < 0) return null;
        byte[] bytes = new byte[count + 2];
        await _stream.ReadExactlyAsync(bytes, Patience.Token());
        return bytes[..count];
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        CancellationToken patience = Patience.Token();
        while (true)
        {
            await _stream.ReadExactlyAsync(one, patience);
            if (one[0] == '\n') return line.ToString(0, line.Length - 1);
            line.Append((char)one[0]);
        }
    }
}
