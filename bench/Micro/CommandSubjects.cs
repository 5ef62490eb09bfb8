using BenchmarkDotNet.Attributes;
using RawSse.Bench.Redis;
using RawSse.Protocol.Resp;
using RawSse.Server.Shards;
using RawSse.Server.Stores.Redis;

namespace RawSse.Bench.Micro;

/// <summary>Writing the commands that publish an event of 100 bytes.</summary>
[BenchmarkCategory("resp")]
public class CommandSubjects
{
    private readonly RedisKeys _keys = new("sse:", hasTags: false, database: 0);
    private readonly ByteBuffer _request = new();
    private readonly byte[] _channel = [.. "news"u8];
    private readonly byte[] _constants = MakeConstants();

    [Subject("write an XADD", BytesMax = 0)]
    public int Add()
    {
        Span<byte> name = stackalloc byte[RedisKeys.BytesMax];
        _request.Clear();
        RespWriter.WriteCommand(_request, 10);
        RespWriter.WriteBulk(_request, "XADD"u8);
        RespWriter.WriteBulk(_request, _keys.Stream(_channel, name));
        RespWriter.WriteBulk(_request, "MAXLEN"u8);
        RespWriter.WriteBulk(_request, "~"u8);
        RespWriter.WriteBulk(_request, 10_000);
        RespWriter.WriteBulk(_request, "*"u8);
        RespWriter.WriteBulk(_request, "type"u8);
        RespWriter.WriteBulk(_request, MicroEvent.Type);
        RespWriter.WriteBulk(_request, "data"u8);
        RespWriter.WriteBulk(_request, MicroEvent.Data);
        return _request.Length;
    }

    /// <summary>What <c>PublishCommand</c> writes for a publish without a key.</summary>
    [Subject("write the EVALSHA of a publish", BytesMax = 0)]
    public int Publish()
    {
        Span<byte> name = stackalloc byte[RedisKeys.BytesMax];
        _request.Clear();
        RedisScript.Publish.BeginCall(_request, 9, inFull: false);
        RespWriter.WriteBulk(_request, 1);
        RespWriter.WriteBulk(_request, _keys.Stream(_channel, name));
        RespWriter.WriteBulk(_request, MicroEvent.Type);
        RespWriter.WriteBulk(_request, MicroEvent.Data);
        RespWriter.WriteBulk(_request, _keys.PubSubChannel(_channel, name));
        _request.Write(_constants);
        return _request.Length;
    }

    // Behind the array's header stand the bulks, the same for every publish.
    private static byte[] MakeConstants()
    {
        byte[] command = RedisWire.Encode(PublishScript.Constants);
        return command[(Array.IndexOf(command, (byte)'\n') + 1)..];
    }
}
