using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RawSse.Bench.Load;

namespace RawSse.Bench.Redis;

/// <summary>A bare connection to Redis: one command after the other, or bytes without answers. One thread, blocking.</summary>
internal sealed class RedisWire : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public RedisWire(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>The answer's bytes as text; it has to be a short one that comes in one piece. An error is thrown.</summary>
    public string Ask(ReadOnlySpan<byte> command)
    {
        Send(command);
        byte[] answer = new byte[4096];
        string text = Encoding.UTF8.GetString(answer, 0, _socket.Receive(answer));
        return text.StartsWith('-') ? throw new LoadException($"Redis answered: {text.TrimEnd()}") : text;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    public void Dispose() => _socket.Dispose();

    public static byte[] Encode(IReadOnlyList<string> arguments)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"*{arguments.Count}\r\n");
        foreach (string argument in arguments)
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(argument)}\r\n{argument}\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
