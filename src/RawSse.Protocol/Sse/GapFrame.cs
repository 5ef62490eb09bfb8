using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Json;

namespace RawSse.Protocol.Sse;

/// <summary>
/// The event that tells a subscriber, in band, that events are missing (contract §3): type <c>rawsse.gap</c>, data
/// <c>{"channel","reason","requested","oldest","newest"}</c> on one line. Pure, any thread.
/// </summary>
public static class GapFrame
{
    /// <summary>Bytes of the requested id that are shown; the rest is cut off.</summary>
    public const int RequestedBytesMax = 200;

    /// <summary>Characters of a reason (<c>trimmed</c>, <c>unknown</c>, <c>ahead</c>, <c>lost</c>).</summary>
    public const int ReasonLengthMax = 32;

    /// <summary>
    /// Bytes of the longest frame: an id of <see cref="StreamId.TextBytesMax"/>, everything else escaped, and 128 for what
    /// never changes.
    /// </summary>
    public const int BytesMax =
        StreamId.TextBytesMax
        + (JsonText.ExpansionMax * (ChannelName.BytesMax + ReasonLengthMax + RequestedBytesMax))
        + (2 * EventId.TextBytesMax)
        + 128;

    /// <summary>Writes the frame and returns its length, at most <see cref="BytesMax"/>.</summary>
    /// <param name="destination">room for the frame; <see cref="BytesMax"/> is always enough</param>
    /// <param name="idText">
    /// the position that the stream goes on from: an <see cref="EventId"/> or a <see cref="StreamId"/> as text
    /// </param>
    /// <param name="channel">the channel's name</param>
    /// <param name="reason">one of the contract's words</param>
    /// <param name="requested">
    /// what the client asked for: any bytes, cut to <see cref="RequestedBytesMax"/>; what is not UTF-8 shows as U+FFFD
    /// </param>
    /// <param name="oldest">the first entry of the store, <c>0-0</c> if none</param>
    /// <param name="newest">the last entry of the store, <c>0-0</c> if none</param>
    /// <exception cref="ArgumentException">no room, an id text with a line end or NUL or too long, a reason too long</exception>
    public static int Write(
        Span<byte> destination,
        ReadOnlySpan<byte> idText,
        ReadOnlySpan<byte> channel,
        string reason,
        ReadOnlySpan<byte> requested,
        EventId oldest,
        EventId newest)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(reason.Length, ReasonLengthMax, nameof(reason));
        if (idText.Length > StreamId.TextBytesMax || idText.ContainsAny((byte)'\r', (byte)'\n', (byte)'\0'))
            throw new ArgumentException("Not the text of an id.", nameof(idText));

        // A UTF-16 unit is at most three bytes of UTF-8.
        Span<byte> reasonUtf8 = stackalloc byte[3 * ReasonLengthMax];
        reasonUtf8 = reasonUtf8[..Encoding.UTF8.GetBytes(reason, reasonUtf8)];

        SpanWriter writer = new(destination);
        writer.Put("id: "u8);
        writer.Put(idText);
        writer.Put("\nevent: rawsse.gap\ndata: {\"channel\":\""u8);
        PutEscaped(ref writer, channel);
        writer.Put("\",\"reason\":\""u8);
        PutEscaped(ref writer, reasonUtf8);
        writer.Put("\",\"requested\":\""u8);
        PutEscaped(ref writer, Cut(requested));
        writer.Put("\",\"oldest\":\""u8);
        writer.Put(oldest);
        writer.Put("\",\"newest\":\""u8);
        writer.Put(newest);
        writer.Put("\"}\n\n"u8);
        return writer.Length;
    }

    private static void PutEscaped(ref SpanWriter writer, scoped ReadOnlySpan<byte> text) =>
        writer.Advance(JsonText.WriteEscaped(writer.Rest, text));

    /// <summary>The first bytes, without a character that the cut went through.</summary>
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> requested)
    {
        if (requested.Length <= RequestedBytesMax)
            return requested;

        // At most three bytes back stands the lead byte of the character that the cut goes through, if there is one.
        for (int back = 1; back <= 3; back++)
        {
            ReadOnlySpan<byte> from = requested[(RequestedBytesMax - back)..];
            if (Rune.DecodeFromUtf8(from, out _, out int length) == System.Buffers.OperationStatus.Done)
                return requested[..(length > back ? RequestedBytesMax - back : RequestedBytesMax)];
        }

        return requested[..RequestedBytesMax];
    }
}
