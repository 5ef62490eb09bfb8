using System.Numerics;
using System.Runtime.Intrinsics;
using RawSse.Protocol.Ids;

namespace RawSse.Protocol.Sse;

/// <summary>
/// A frame: an event's exact bytes on the wire, in the shape of the contract (§3) and WHATWG HTML §9.2.
/// </summary>
/// <remarks>
/// <code>
/// id: 1795320800660-0
/// event: update            (left out for "message" or none)
/// data: {"msg":"hello"}    (one line for each line of the data)
///                          (blank)
/// </code>
/// Every line ends with LF and no line but the last is empty, so two LFs stand together at the end of a frame and nowhere
/// else: that is how <see cref="FirstLength"/>, <see cref="Count"/> and <see cref="LastStart"/> find frames without reading
/// them. They expect whole frames from the first byte on; a cut frame at the end is allowed. Pure, any thread.
/// </remarks>
public static class SseFrame
{
    /// <summary>
    /// Bytes that a frame has beyond its data at most, when the data is one line; more lines add
    /// <see cref="LineOverheadMax"/> each.
    /// </summary>
    public const int OverheadMax = 4 + EventId.TextBytesMax + 1 + 7 + EventType.BytesMax + 1 + 6 + 2;

    /// <summary>Bytes that each CR, LF or CRLF in the data adds at most: it becomes LF and <c>data: </c>.</summary>
    public const int LineOverheadMax = 6;

    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    private static ReadOnlySpan<byte> IdField => "id: "u8;

    private static ReadOnlySpan<byte> EventField => "event: "u8;

    private static ReadOnlySpan<byte> DataField => "data: "u8;

    private static ReadOnlySpan<byte> NextDataLine => "\ndata: "u8;

    private static ReadOnlySpan<byte> FrameEnd => "\n\n"u8;

    /// <summary>The exact number of bytes that <see cref="Write"/> writes.</summary>
    /// <exception cref="OverflowException">more than an int counts</exception>
    public static int Measure(EventId id, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        int length = IdField.Length + id.MeasureText() + 1 + DataField.Length + FrameEnd.Length;
        if (IsNamed(type))
            length += EventField.Length + type.Length + 1;
        if (!data.ContainsAny(CarriageReturn, LineFeed))
            return checked(length + data.Length);

        int carriageReturns = data.Count(CarriageReturn);
        int lineFeeds = data.Count(LineFeed);
        int pairs = carriageReturns > 0 && lineFeeds > 0 ? data.Count("\r\n"u8) : 0;
        int lineEndBytes = carriageReturns + lineFeeds;
        return checked(length + data.Length - lineEndBytes + ((lineEndBytes - pairs) * NextDataLine.Length));
    }

    /// <summary>
    /// Writes the frame and returns its length. The data may be any bytes: each CR, LF or CRLF starts a new <c>data:</c>
    /// line, so nothing in it can end the event or forge a field.
    /// </summary>
    /// <param name="destination">room for <see cref="Measure"/> bytes</param>
    /// <param name="id">the id that a client resumes from</param>
    /// <param name="type">what <see cref="EventType.Validate"/> lets pass; the server's own types may be reserved ones</param>
    /// <param name="data">UTF-8 that the caller has checked; it is not looked at here but for line ends</param>
    /// <exception cref="ArgumentException">the frame does not fit, or the type holds CR or LF</exception>
    public static int Write(Span<byte> destination, EventId id, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        SpanWriter writer = new(destination);
        writer.Put(IdField);
        writer.Put(id);
        if (IsNamed(type))
        {
            if (type.ContainsAny(CarriageReturn, LineFeed))
                throw new ArgumentException("A type with a line end would forge a field.", nameof(type));
            writer.Put("\nevent: "u8);
            writer.Put(type);
        }

        writer.Put(NextDataLine);
        while (data.IndexOfAny(CarriageReturn, LineFeed) is >= 0 and var end)
        {
            writer.Put(data[..end]);
            writer.Put(NextDataLine);
            bool isPair = data[end] == CarriageReturn && end + 1 < data.Length && data[end + 1] == LineFeed;
            data = data[(end + (isPair ? 2 : 1))..];
        }

        writer.Put(data);
        writer.Put(FrameEnd);
        return writer.Length;
    }

    /// <summary>Bytes of the first line, <c>id: X\n</c>, or -1 when there is no such line.</summary>
    public static int IdLineLength(ReadOnlySpan<byte> frame)
    {
        int end = frame.IndexOf(LineFeed);
        return end >= 0 && frame.StartsWith(IdField) ? end + 1 : -1;
    }

    /// <summary>Reads the id of the first line; false when it is not a whole line with an <see cref="EventId"/>.</summary>
    public static bool TryReadId(ReadOnlySpan<byte> frame, out EventId id)
    {
        int length = IdLineLength(frame);
        if (length >= 0)
            return EventId.TryParse(frame[IdField.Length..(length - 1)], out id);
        id = EventId.Zero;
        return false;
    }

    /// <summary>Bytes of the first whole frame with its blank line, or -1.</summary>
    public static int FirstLength(ReadOnlySpan<byte> frames)
    {
        int end = frames.IndexOf(FrameEnd);
        return end >= 0 ? end + FrameEnd.Length : -1;
    }

    /// <summary>How many whole frames there are.</summary>
    public static int Count(ReadOnlySpan<byte> frames)
    {
        // A search for each frame would start anew at each; frames are short, so all pairs of a vector are counted at once.
        int count = 0;
        int at = 0;
        Vector256<byte> lineFeed = Vector256.Create(LineFeed);
        for (; at + Vector256<byte>.Count < frames.Length; at += Vector256<byte>.Count)
        {
            Vector256<byte> first = Vector256.Create(frames.Slice(at, Vector256<byte>.Count));
            Vector256<byte> second = Vector256.Create(frames.Slice(at + 1, Vector256<byte>.Count));
            Vector256<byte> ends = Vector256.Equals(first, lineFeed) & Vector256.Equals(second, lineFeed);
            count += BitOperations.PopCount(ends.ExtractMostSignificantBits());
        }

        for (; at + 1 < frames.Length; at++)
        {
            if (frames[at] == LineFeed && frames[at + 1] == LineFeed)
                count++;
        }

        return count;
    }

    /// <summary>Where the last whole frame starts, or -1 when there is none.</summary>
    public static int LastStart(ReadOnlySpan<byte> frames)
    {
        int end = frames.LastIndexOf(FrameEnd);
        if (end < 0)
            return -1;
        int before = frames[..end].LastIndexOf(FrameEnd);
        return before < 0 ? 0 : before + FrameEnd.Length;
    }

    private static bool IsNamed(ReadOnlySpan<byte> type) => !type.IsEmpty && !type.SequenceEqual("message"u8);
}
