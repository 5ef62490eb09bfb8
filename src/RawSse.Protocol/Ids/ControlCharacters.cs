using System.Buffers;

namespace RawSse.Protocol.Ids;

/// <summary>Finds what may stand neither in a channel's name nor in an event's type.</summary>
internal static class ControlCharacters
{
    /// <summary>C0 (U+0000 to U+001F) and DEL, each one byte.</summary>
    private static readonly SearchValues<byte> s_singleByte = SearchValues.Create(
    [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F,
        0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F,
        0x7F,
    ]);

    /// <summary>
    /// Whether valid UTF-8 holds a character of C0, DEL or C1 (U+0080 to U+009F, in UTF-8 C2 80 to C2 9F).
    /// </summary>
    public static bool Any(ReadOnlySpan<byte> utf8) => utf8.ContainsAny(s_singleByte) || AnyC1(utf8);

    private static bool AnyC1(ReadOnlySpan<byte> utf8)
    {
        // C2 is always a lead byte, so what follows it is the rest of its character.
        while (utf8.IndexOf((byte)0xC2) is >= 0 and var lead && lead + 1 < utf8.Length)
        {
            if (utf8[lead + 1] < 0xA0)
                return true;
            utf8 = utf8[(lead + 2)..];
        }

        return false;
    }
}
