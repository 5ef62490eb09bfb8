using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using BenchmarkDotNet.Attributes;
using RawSse.Protocol.Sse;

namespace RawSse.Bench.Micro;

/// <summary>Encoding an event, which happens once for all of its subscribers.</summary>
[BenchmarkCategory("sse")]
public class FrameSubjects
{
    private const string OneLine = "frame of 100 bytes in one line";
    private const string TenLines = "frame of 1 KB in 10 lines";
    private const int Events = 1_000;

    private readonly byte[] _destination = new byte[4096];

    [Subject(OneLine, BytesMax = 0)]
    public int WriteOneLine() => Write(MicroEvent.Data);

    [Subject(OneLine, By = "SseFormatter", OperationsPerInvoke = Events)]
    public Task FormatOneLine() => Format(MicroEvent.Data);

    [Subject(TenLines, BytesMax = 0)]
    public int WriteTenLines() => Write(MicroEvent.LongData);

    [Subject(TenLines, By = "SseFormatter", OperationsPerInvoke = Events)]
    public Task FormatTenLines() => Format(MicroEvent.LongData);

    private int Write(byte[] data)
    {
        int length = SseFrame.Measure(MicroEvent.Id, MicroEvent.Type, data);
        return SseFrame.Write(_destination.AsSpan(0, length), MicroEvent.Id, MicroEvent.Type, data);
    }

    // It writes an enumeration, so many events share the costs of its beginning.
    private static Task Format(byte[] data) =>
        SseFormatter.WriteAsync(Items(data), Stream.Null, static (item, writer) => writer.Write(item.Data));

    private static async IAsyncEnumerable<SseItem<byte[]>> Items(byte[] data)
    {
        var item = new SseItem<byte[]>(data, Encoding.UTF8.GetString(MicroEvent.Type)) { EventId = MicroEvent.Id.ToString() };
        for (int i = 0; i < Events; i++) yield return item;
        await Task.CompletedTask;
    }
}
