using BenchmarkDotNet.Attributes;
using RawSse.Bench.Load;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;
using RawSse.Protocol.Sse;
using RawSse.Server.Shards;
using RawSse.Server.Stores.Redis;

namespace RawSse.Bench.Micro;

/// <summary>A page of history on its way from Redis: each entry is cut out of the answer, checked and written as a frame.</summary>
[BenchmarkCategory("resp")]
public class HistorySubjects
{
    private const int Entries = 100;
    private const int ValueBytesMax = 64 << 20;
    private const int FrameBytesMax = 256 << 10;

    private readonly byte[] _reply = MakeReply();
    private readonly byte[] _page = new byte[64 << 10];
    private RespFramer _framer = new(ValueBytesMax);

    [GlobalSetup]
    public void Check()
    {
        if (SseFrame.Count(_page.AsSpan(0, Read())) != Entries) throw new LoadException("the page was not read");
    }

    /// <summary>As <c>RedisLinkInput</c> and <c>ReadCommand</c> do, but for the memory that a page is given.</summary>
    [Subject("read an XRANGE of 100 entries of 100 bytes", BytesMax = 0)]
    public int Read()
    {
        ReadOnlySpan<byte> rest = _reply;
        RespFramer.ReadAggregateHeader(rest, out _, out long count, out int length);
        int written = 0;
        for (rest = rest[length..]; count > 0; count--, rest = rest[length..])
        {
            if (_framer.Scan(rest, out length) != RespStatus.Done) return -1;
            if (!StoredEntry.TryRead(rest[..length], FrameBytesMax, out StoredEntry entry) || entry.Problem is not null) return -1;
            written += SseFrame.Write(_page.AsSpan(written, entry.FrameLength), entry.Id, entry.Type, entry.Data);
        }
        return written;
    }

    private static byte[] MakeReply()
    {
        var reply = new ByteBuffer();
        RespWriter.WriteCommand(reply, Entries);
        EventId id = MicroEvent.Id;
        for (int i = 0; i < Entries; i++, id = id.Next())
        {
            RespWriter.WriteCommand(reply, 2);
            RespWriter.WriteBulk(reply, id);
            RespWriter.WriteCommand(reply, 4);
            RespWriter.WriteBulk(reply, "type"u8);
            RespWriter.WriteBulk(reply, MicroEvent.Type);
            RespWriter.WriteBulk(reply, "data"u8);
            RespWriter.WriteBulk(reply, MicroEvent.Data);
        }
        byte[] bytes = reply.Written.ToArray();
        reply.Release();
        return bytes;
    }
}
