using System.Text.Unicode;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;

namespace RawSse.Server.Http;

/// <summary>What a publish must be, from wherever it comes. One place decides; each problem says what to change.</summary>
internal static class PublishRules
{
    public const int KeyBytesMax = 128;

    /// <summary>Ids are a little longer or shorter; the bound on frames is meant for an ordinary one.</summary>
    private static readonly EventId OrdinaryId = new(1_795_320_800_660, 0);

    public readonly record struct Problem(int Status, string Error, string Detail);

    public static Problem? CheckChannel(ReadOnlySpan<byte> channel) =>
        ChannelNames.Describe(ChannelName.Validate(channel)) is { } detail ? new Problem(400, "bad_channel", detail) : null;

    public static Problem? CheckType(ReadOnlySpan<byte> type) => EventType.Validate(type) switch
    {
        EventTypeStatus.Ok => null,
        EventTypeStatus.ControlCharacter => new Problem(400, "bad_type", "the type has a control character"),
        EventTypeStatus.Reserved => new Problem(400, "bad_type", "types that start with rawsse. are the server's own"),
        EventTypeStatus.TooLong => new Problem(400, "bad_type", $"the type is too long: at most {EventType.BytesMax} bytes"),
        _ => new Problem(400, "bad_type", "the type is not UTF-8"),
    };

    public static Problem? CheckData(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, int frameBytesMax)
    {
        if (!Utf8.IsValid(data))
            return new Problem(400, "not_utf8", "the data is not UTF-8; encode binary data, e.g. as base64");
        if (data.Length > frameBytesMax || SseFrame.Measure(OrdinaryId, type, data) > frameBytesMax)
            return TooLarge(frameBytesMax);
        return null;
    }

    public static Problem TooLarge(int frameBytesMax) =>
        new(413, "event_too_large", $"the event is too large: its frame has at most {frameBytesMax} bytes (--max-event-bytes)");

    public static Problem? CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.Length is 0 or > KeyBytesMax || key.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E))
            return new Problem(400, "bad_idempotency_key", $"an Idempotency-Key has 1 to {KeyBytesMax} printable ASCII bytes");
        return null;
    }
}
