using System.Globalization;
using System.Text;
using System.Text.Json;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using StackExchange.Redis;

namespace RawSse.Bench.Redis;

/// <summary>
/// The same on StackExchange.Redis: a handler of its subscription reads the JSON without garbage of its own and appends to the
/// same kind of log, right on the thread that the library calls it on.
/// </summary>
internal sealed class StackExchangeListener : IBellListener
{
    private const long LogBytes = 16 << 20;
    private const int TextBytesMax = 256 << 10;

    private readonly ConnectionMultiplexer _redis;
    private readonly Channel _channel;
    private readonly byte[] _type = new byte[256];
    private readonly byte[] _data = new byte[TextBytesMax];

    public StackExchangeListener(int redisPort, string channel)
    {
        if (!ChannelName.TryCreate(Encoding.UTF8.GetBytes(channel), out ChannelName? name, out _)) throw new ArgumentException(channel);
        _channel = new Channel(name, 0);
        _channel.Open(EventId.Zero, new SegmentPool(new MemoryBudget(long.MaxValue)));
        _redis = ConnectionMultiplexer.Connect(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redisPort}"));
        var pubSubChannel = new RedisChannel($"sse:channel:{channel}", RedisChannel.PatternMode.Literal);
        _redis.GetSubscriber().Subscribe(pubSubChannel, (_, message) => OnMessage((byte[])message!));
    }

    public EventId LastId => _channel.Log!.LastId;

    public long Faults { get; private set; }

    public void Dispose()
    {
        _redis.Dispose();
        _channel.Abandon();
    }

    // The library calls it for one message after the other.
    private void OnMessage(ReadOnlySpan<byte> payload)
    {
        Log log = _channel.Log!;
        if (!TryRead(payload, out EventId id, out EventId previous, out int typeBytes, out int dataBytes) || previous != log.LastId)
        {
            Faults++;
            return;
        }
        _channel.Append(id, _type.AsSpan(0, typeBytes), _data.AsSpan(0, dataBytes));
        if (log.Bytes > LogBytes) _channel.Trim(LogBytes);
    }

    private bool TryRead(ReadOnlySpan<byte> payload, out EventId id, out EventId previous, out int typeBytes, out int dataBytes)
    {
        (id, previous) = (EventId.Zero, EventId.Max);
        (typeBytes, dataBytes) = (0, 0);
        var reader = new Utf8JsonReader(payload);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("id"u8) && !EventId.TryParse(reader.ValueSpan, out id)) return false;
            if (name.SequenceEqual("prev"u8) && !EventId.TryParse(reader.ValueSpan, out previous)) return false;
            if (name.SequenceEqual("type"u8)) typeBytes = reader.CopyString(_type);
            if (name.SequenceEqual("data"u8)) dataBytes = reader.CopyString(_data);
        }
        return id != EventId.Zero;
    }
}
