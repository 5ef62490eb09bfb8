using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace RawSse.Bench.Redis;

/// <summary>
/// Publishes doorbells of one channel as publish.lua writes them, each naming the one before it, without the script's cost.
/// </summary>
internal sealed class BellFlood : IDisposable
{
    private const int BlockBytes = 64 << 10;
    private const long FirstMs = 1_795_320_800_000;
    private const int IdsPerMs = 16;

    private readonly RedisWire _wire;
    private readonly string _channel;
    private readonly SampleEvent _event;
    private readonly StringBuilder _message = new();
    private readonly byte[] _block = new byte[BlockBytes + 4096];
    private string _lastId = "0-0";
    private long _count;

    public BellFlood(int redisPort, string channel, SampleEvent sample)
    {
        (_wire, _channel, _event) = (new RedisWire(redisPort), $"sse:channel:{channel}", sample);
        _wire.Send(RedisWire.Encode(["CLIENT", "REPLY", "OFF"]));
    }

    /// <summary>The id of the last of so many to come.</summary>
    public string IdAfter(int count) => IdOf(_count + count);

    /// <summary>As fast as Redis takes them, or so many a second, one by one.</summary>
    public void Publish(int count, int? perSecond)
    {
        long startedAt = Stopwatch.GetTimestamp();
        int used = 0;
        for (int i = 0; i < count; i++)
        {
            used += WriteNext(_block.AsSpan(used));
            if (perSecond is null && used < BlockBytes && i < count - 1) continue;
            if (perSecond is { } rate) AwaitDue(startedAt, i / (double)rate);
            _wire.Send(_block.AsSpan(0, used));
            used = 0;
        }
    }

    public void Dispose() => _wire.Dispose();

    private int WriteNext(Span<byte> block)
    {
        string id = IdOf(++_count);
        _message.Clear().Append(CultureInfo.InvariantCulture,
            $"{{\"id\":\"{id}\",\"prev\":\"{_lastId}\",\"type\":\"{SampleEvent.Type}\",\"data\":{_event.Quoted}}}");
        int length = _message.Length;
        _message.Insert(0, string.Create(CultureInfo.InvariantCulture,
            $"*3\r\n$7\r\nPUBLISH\r\n${_channel.Length}\r\n{_channel}\r\n${length}\r\n")).Append("\r\n");
        _lastId = id;
        int used = 0;
        foreach (ReadOnlyMemory<char> chunk in _message.GetChunks()) used += Encoding.ASCII.GetBytes(chunk.Span, block[used..]);
        return used;
    }

    private static string IdOf(long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{FirstMs + number / IdsPerMs}-{number % IdsPerMs}");

    private static void AwaitDue(long startedAt, double seconds)
    {
        TimeSpan left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(startedAt);
        if (left > TimeSpan.FromMilliseconds(1)) Thread.Sleep(left);
    }
}
