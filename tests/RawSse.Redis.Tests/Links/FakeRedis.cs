using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RawSse.Redis.Tests.Links;

/// <summary>
/// A listener that lets links in as an old Redis does, and then leaves the connection to the test, which may send on it what no
/// Redis would.
/// </summary>
internal sealed class FakeRedis : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];

    public FakeRedis() => _listener.Start();

    public string Url => $"redis://{_listener.LocalEndpoint}";

    /// <summary>Takes the next connection and lets it in.</summary>
    public async Task<Socket> AcceptAsync()
    {
        Socket socket = await AcceptSilentlyAsync();
        byte[] bytes = new byte[4096];
        for (string word = ""; word != "PING";)
        {
            int count = await socket.ReceiveAsync(bytes, Patience.Token());
            word = Encoding.ASCII.GetString(bytes, 0, count).Split("\r\n")[2];
            await SendAsync(socket, word switch
            {
                "HELLO" => "-ERR unknown command 'HELLO'\r\n",
                "CLIENT" => "+OK\r\n",
                "INFO" => "$0\r\n\r\n",
                "ROLE" => "*1\r\n$6\r\nmaster\r\n",
                _ => "+PONG\r\n",
            });
        }

        return socket;
    }

    /// <summary>Takes the next connection and says nothing.</summary>
    public async Task<Socket> AcceptSilentlyAsync()
    {
        Socket socket = await _listener.AcceptSocketAsync(Patience.Token());
        _sockets.Add(socket);
        socket.NoDelay = true;
        return socket;
    }

    public static Task SendAsync(Socket socket, string text) => SendAsync(socket, Encoding.UTF8.GetBytes(text));

    public static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[(await socket.SendAsync(bytes, Patience.Token()))..];
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Socket socket in _sockets) socket.Dispose();
    }
}
