using System.Text.Unicode;
using RawSse.Protocol.Ids;

namespace RawSse.Protocol.Sse;

/// <summary>Why bytes may or may not be a published event's type.</summary>
public enum EventTypeStatus : byte
{
    /// <summary>They may; none at all means <c>message</c>.</summary>
    Ok,
    /// <summary>They hold a control character (C0, DEL, C1).</summary>
    ControlCharacter,
    /// <summary>They start with <c>rawsse.</c>, which only the server's own events do.</summary>
    Reserved,
    /// <summary>There are more than <see cref="EventType.BytesMax"/>.</summary>
    TooLong,
    /// <summary>They are not UTF-8.</summary>
    NotUtf8,
}

/// <summary>The rules for the type of an event that a publisher sends. Pure, any thread.</summary>
public static class EventType
{
    /// <summary>Bytes of the longest type.</summary>
    public const int BytesMax = 200;

    private static ReadOnlySpan<byte> ReservedPrefix => "rawsse."u8;

    public static EventTypeStatus Validate(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > BytesMax)
            return EventTypeStatus.TooLong;
        if (!Utf8.IsValid(utf8))
            return EventTypeStatus.NotUtf8;
        if (ControlCharacters.Any(utf8))
            return EventTypeStatus.ControlCharacter;
        return utf8.StartsWith(ReservedPrefix) ? EventTypeStatus.Reserved : EventTypeStatus.Ok;
    }
}
