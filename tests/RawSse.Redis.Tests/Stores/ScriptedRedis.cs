using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RawSse.Server.Shards;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Stores;

/// <summary>
/// A listener that speaks as an old Redis does, on any number of connections, until the test has it answer what no Redis would.
/// </summary>
internal sealed class ScriptedRedis : IDisposable
{
    /// <summary>An answer that never comes.</summary>
    public const string Silence = "";

    /// <summary>Names by digest.</summary>
    private static readonly Dictionary<string, string> s_scripts =
        new[] { RedisScript.Publish, RedisScript.Locate, RedisScript.Verify }.ToDictionary(DigestOf, script => Path.ChangeExtension(script.Name, null));

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string[], string?> _answer;
    private readonly ConcurrentQueue<string[]> _commands = [];
    private readonly ConcurrentBag<Socket> _sockets = [];
    private int _connections;

    /// <param name="answer">
    /// RESP for a command; null: as a Redis without streams. The scripts of ours come as <c>publish</c>, <c>locate</c> and
    /// <c>verify</c>, with the words behind their digest. Any thread
    /// </param>
    public ScriptedRedis(Func<string[], string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"redis://127.0.0.1:{Port}";

    public int Connections => Volatile.Read(ref _connections);

    public int Count(string word) => _commands.Count(command => command[0] == word);

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Socket socket in _sockets) socket.Dispose();
    }

    private static string DigestOf(RedisScript script)
    {
        var call = new ByteBuffer();
        script.BeginCall(call, 0, inFull: false);
        return Encoding.ASCII.GetString(call.Written).Split("\r\n")[4];
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync();
                _sockets.Add(socket);
                socket.NoDelay = true;
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            await using var input = new BufferedStream(stream);
            while (await ReadAsync(input) is { } words)
            {
                _commands.Enqueue(words);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(_answer(words) ?? Usual(words)));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The link or the test has let go of it.
        }
    }

    private static string Usual(string[] words) => words[0] switch
    {
        "HELLO" => "-ERR unknown command 'HELLO'\r\n",
        "INFO" => "$0\r\n\r\n",
        "ROLE" => "*1\r\n$6\r\nmaster\r\n",
        "PING" => "+PONG\r\n",
        "SUBSCRIBE" => string.Concat(words[1..].Select(name => $"*3\r\n$9\r\nsubscribe\r\n${name.Length}\r\n{name}\r\n:1\r\n")),
        "XRANGE" or "XREVRANGE" or "locate" => "*0\r\n",
        "verify" => "$3\r\n0-0\r\n",
        _ => "+OK\r\n",
    };

    /// <summary>The next command; null when there is none any more.</summary>
    private static async Task<string[]?> ReadAsync(BufferedStream stream)
    {
        if (await ReadLineAsync(stream) is not ['*', .. var count]) return null;
        string[] words = new string[int.Parse(count)];
        for (int i = 0; i < words.Length; i++)
        {
            byte[] bytes = new byte[int.Parse((await ReadLineAsync(stream))![1..]) + 2];
            await stream.ReadExactlyAsync(bytes);
            words[i] = Encoding.UTF8.GetString(bytes[..^2]);
        }
        return words is ["EVALSHA", var digest, ..] ? [s_scripts[digest], .. words[2..]] : words;
    }

    private static async Task<string?> ReadLineAsync(BufferedStream stream)
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n') return line.ToString(0, line.Length - 1);
            line.Append((char)one[0]);
        }
        return null;
    }
}
