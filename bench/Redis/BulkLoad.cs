using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RawSse.Bench.Load;

namespace RawSse.Bench.Redis;

/// <summary>
/// Publishes NDJSON lines over one connection to a node and counts the answers. Lines are made before, and answers are only
/// counted, so that it costs little beside the node. A thread sends while the caller's reads.
/// </summary>
internal sealed class BulkLoad : IDisposable
{
    private const int BlockLines = 1_000;
    private const int AnswerBytesMax = 256 << 10;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _block;
    private readonly int _port;

    public BulkLoad(int port, IReadOnlyList<string> channels, SampleEvent sample)
    {
        _port = port;
        _socket.ReceiveTimeout = _socket.SendTimeout = 30_000;
        _socket.Connect(IPAddress.Loopback, port);
        IEnumerable<string> lines = Enumerable.Range(0, BlockLines).Select(i =>
            $"{{\"channel\":\"{channels[i % channels.Count]}\",\"type\":\"{SampleEvent.Type}\",\"data\":{sample.Quoted}}}\n");
        _block = Encoding.UTF8.GetBytes(string.Concat(lines));
    }

    /// <summary>One request of so many lines, a multiple of 1,000; returns when each is answered with an id.</summary>
    public void Run(int lines)
    {
        int blocks = lines / BlockLines;
        var sender = new Thread(() => Send(blocks)) { IsBackground = true };
        sender.Start();
        Receive(blocks * BlockLines);
        sender.Join();
    }

    /// <summary>Runs all at once, each its share of the lines. Returns confirmed publishes a second.</summary>
    public static double Run(IReadOnlyList<BulkLoad> loads, int lines)
    {
        int share = lines / loads.Count / BlockLines * BlockLines;
        long startedAt = Stopwatch.GetTimestamp();
        if (loads.Count == 1)
            loads[0].Run(share);
        else
            Parallel(loads, share);
        return (long)share * loads.Count / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }

    public void Dispose() => _socket.Dispose();

    private static void Parallel(IReadOnlyList<BulkLoad> loads, int share)
    {
        string? problem = null;
        List<Thread> threads = [.. loads.Select(load => new Thread(() =>
        {
            try
            {
                load.Run(share);
            }
            catch (Exception e) when (e is LoadException or SocketException)
            {
                problem = e.Message;
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        if (problem is not null) throw new LoadException(problem);
    }

    private void Send(int blocks)
    {
        string head = string.Create(CultureInfo.InvariantCulture,
            $"POST /events HTTP/1.1\r\nHost: 127.0.0.1:{_port}\r\nContent-Type: application/x-ndjson\r\nContent-Length: {(long)blocks * _block.Length}\r\n\r\n");
        try
        {
            SendAll(Encoding.ASCII.GetBytes(head));
            for (int i = 0; i < blocks; i++) SendAll(_block);
        }
        catch (SocketException)
        {
            // Whoever reads says what the server had to say, or that it says nothing.
        }
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>Each answer is an object; what is no id has a word that is found, even if a read cuts it.</summary>
    private void Receive(int lines)
    {
        ReadOnlySpan<byte> end = "\r\n0\r\n\r\n"u8, wrong = "\"error\""u8;
        byte[] buffer = new byte[AnswerBytesMax];
        int answers = 0, kept = 0;
        while (true)
        {
            int count = _socket.Receive(buffer.AsSpan(kept));
            Span<byte> bytes = buffer.AsSpan(0, kept + count);
            if (count == 0 || bytes.IndexOf(wrong) >= 0)
                throw new LoadException($"A line was not confirmed after {answers} of {lines}: {Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 400)])}");
            answers += bytes[kept..].Count((byte)'{');
            if (bytes.EndsWith(end)) break;
            kept = Math.Min(bytes.Length, end.Length);
            bytes[^kept..].CopyTo(buffer);
        }
        if (answers != lines) throw new LoadException($"{answers} answers for {lines} lines.");
    }
}
