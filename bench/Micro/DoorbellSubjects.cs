using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using RawSse.Bench.Load;
using RawSse.Bench.Redis;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Json;
using RawSse.Protocol.Resp;

namespace RawSse.Bench.Micro;

/// <summary>A message as Redis pushes it after publish.lua: cut out of what came, and its JSON read.</summary>
[BenchmarkCategory("resp")]
public class DoorbellSubjects
{
    private const string Name = "read a doorbell of 100 bytes";
    private const int ValueBytesMax = 64 << 20;

    private readonly DoorbellReader _doorbell = new();
    private readonly byte[] _push = MakePush();
    private RespFramer _framer = new(ValueBytesMax);

    [GlobalSetup]
    public void Check()
    {
        if (!_doorbell.Read(Payload()) || Read() != ReadDocument()) throw new LoadException("the doorbell was not read");
    }

    [Subject(Name, BytesMax = 0)]
    public int Read()
    {
        bool isEvent = _doorbell.Read(Payload());
        return isEvent && _doorbell.Prev < _doorbell.Id ? _doorbell.Type.Length + _doorbell.Data.Length : -1;
    }

    /// <summary>The same value cut out of the same push; what it says is decoded as the strings that a JsonDocument gives.</summary>
    [Subject(Name, By = "JsonDocument")]
    public int ReadDocument()
    {
        ReadOnlyMemory<byte> push = _push;
        ReadOnlySpan<byte> payload = Payload();
        using JsonDocument document = JsonDocument.Parse(push.Slice(_push.Length - payload.Length - 2, payload.Length));
        JsonElement root = document.RootElement;
        bool isEvent = EventId.TryParse(Encoding.UTF8.GetBytes(root.GetProperty("id").GetString()!), out EventId id)
            & EventId.TryParse(Encoding.UTF8.GetBytes(root.GetProperty("prev").GetString()!), out EventId previous);
        int length = root.GetProperty("type").GetString()!.Length + root.GetProperty("data").GetString()!.Length;
        return isEvent && previous < id ? length : -1;
    }

    // As Doorbells does: kind, name, payload.
    private ReadOnlySpan<byte> Payload()
    {
        _framer.Scan(_push, out int length);
        var reader = new RespReader(_push.AsSpan(0, length));
        for (int values = 0; values < 4; values++) reader.Read();
        return reader.Text;
    }

    private static byte[] MakePush()
    {
        string payload = $"{{\"id\":\"{MicroEvent.Id.Next()}\",\"prev\":\"{MicroEvent.Id}\",\"type\":\"{SampleEvent.Type}\",\"data\":{MicroEvent.Quoted}}}";
        byte[] push = RedisWire.Encode(["message", $"sse:channel:{MicroEvent.Channel}", payload]);
        push[0] = (byte)RespType.Push;
        return push;
    }
}
