using System.Buffers;
using System.Globalization;
using RawSse.Protocol.Ids;

namespace RawSse.Protocol.Resp;

/// <summary>
/// Writes commands: an array of bulk strings, the same in RESP2 and RESP3. The header first, then as many bulks as it says.
/// Leaves no garbage of its own.
/// </summary>
public static class RespWriter
{
    private const int NumberBytesMax = 20;

    /// <summary>A type's byte, a number and the end of the line.</summary>
    private const int HeaderBytesMax = 1 + NumberBytesMax + 2;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>Begins a command of <paramref name="count"/> bulks: its name and its arguments.</summary>
    public static void WriteCommand(IBufferWriter<byte> output, int count) => WriteHeader(output, RespType.Array, count);

    public static void WriteBulk(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        WriteHeader(output, RespType.BulkString, bytes.Length);
        output.Write(bytes);
        output.Write(LineEnd);
    }

    /// <summary>The number's decimal text.</summary>
    public static void WriteBulk(IBufferWriter<byte> output, long number)
    {
        Span<byte> text = stackalloc byte[NumberBytesMax];
        WriteBulk(output, text[..Format(number, text)]);
    }

    /// <inheritdoc cref="WriteBulk(IBufferWriter{byte}, long)"/>
    public static void WriteBulk(IBufferWriter<byte> output, ulong number)
    {
        Span<byte> text = stackalloc byte[NumberBytesMax];
        WriteBulk(output, text[..DecimalText.Write(text, number)]);
    }

    /// <summary>The id's text, e.g. <c>1795320800660-0</c>.</summary>
    public static void WriteBulk(IBufferWriter<byte> output, EventId id)
    {
        Span<byte> text = stackalloc byte[EventId.TextBytesMax];
        WriteBulk(output, text[..id.Format(text)]);
    }

    private static void WriteHeader(IBufferWriter<byte> output, RespType type, int number)
    {
        Span<byte> header = output.GetSpan(HeaderBytesMax);
        header[0] = (byte)type;
        int length = 1 + Format(number, header[1..]);
        LineEnd.CopyTo(header[length..]);
        output.Advance(length + LineEnd.Length);
    }

    private static int Format(long number, Span<byte> text)
    {
        // A long has at most 19 digits and a sign, so it always fits.
        number.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return length;
    }
}
