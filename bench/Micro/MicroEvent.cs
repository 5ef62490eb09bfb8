using System.Text;
using RawSse.Bench.Redis;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;

namespace RawSse.Bench.Micro;

/// <summary>The events that subjects work on: an id of today, a type, and data of 100 bytes of JSON or of ten lines.</summary>
internal static class MicroEvent
{
    public const string Channel = "news";

    private const int DataBytes = 100;
    private const int Lines = 10;

    private static readonly SampleEvent s_sample = new(DataBytes);

    public static EventId Id { get; } = new(1795320800660, 0);

    public static byte[] Type { get; } = Encoding.UTF8.GetBytes(SampleEvent.Type);

    /// <summary>One line with quotes in it.</summary>
    public static byte[] Data { get; } = Encoding.UTF8.GetBytes(s_sample.Data);

    /// <summary>The same as a JSON string.</summary>
    public static string Quoted => s_sample.Quoted;

    /// <summary>1 KB.</summary>
    public static byte[] LongData { get; } =
        Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(new string('x', (1024 / Lines) - 1), Lines)));

    public static byte[] Frame()
    {
        byte[] frame = new byte[SseFrame.Measure(Id, Type, Data)];
        SseFrame.Write(frame, Id, Type, Data);
        return frame;
    }
}
