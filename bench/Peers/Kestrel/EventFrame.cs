using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace RawSse.Bench.Kestrel;

/// <summary>The bytes of an event, made once for all subscribers.</summary>
internal static class EventFrame
{
    private const int HeadBytesMax = 256;

    /// <summary>Null: the data has several lines, which nobody here sends, or the type is too long.</summary>
    public static byte[]? TryEncode(long id, string? type, ReadOnlySequence<byte> data)
    {
        if (data.PositionOf((byte)'\n') is not null || data.PositionOf((byte)'\r') is not null) return null;
        Span<byte> head = stackalloc byte[HeadBytesMax];
        if (!TryWriteHead(head, id, type, out int headBytes)) return null;
        byte[] frame = GC.AllocateUninitializedArray<byte>(headBytes + (int)data.Length + 2);
        head[..headBytes].CopyTo(frame);
        data.CopyTo(frame.AsSpan(headBytes));
        "\n\n"u8.CopyTo(frame.AsSpan(frame.Length - 2));
        return frame;
    }

    /// <summary>The answer to a publish.</summary>
    public static byte[] Answer(long id) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"{id}\"}}"));

    private static bool TryWriteHead(Span<byte> head, long id, string? type, out int bytes) => string.IsNullOrEmpty(type)
        ? Utf8.TryWrite(head, CultureInfo.InvariantCulture, $"id: {id}\ndata: ", out bytes)
        : Utf8.TryWrite(head, CultureInfo.InvariantCulture, $"id: {id}\nevent: {type}\ndata: ", out bytes);
}
