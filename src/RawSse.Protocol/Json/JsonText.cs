using System.Text;

namespace RawSse.Protocol.Json;

/// <summary>Text as the inside of a JSON string (RFC 8259 §7). Pure, any thread.</summary>
internal static class JsonText
{
    /// <summary>Bytes that one byte of text may become: <c>\u001F</c>.</summary>
    public const int ExpansionMax = 6;

    /// <summary>
    /// Writes <paramref name="text"/> escaped, without quotes, and returns the length. Bytes that are not UTF-8 become
    /// U+FFFD. Control characters (C0, DEL, C1) and the line ends U+2028 and U+2029 are written as <c>\uXXXX</c>, so that
    /// what a stranger sent never steers a terminal or breaks a line.
    /// </summary>
    /// <exception cref="ArgumentException">it does not fit</exception>
    public static int WriteEscaped(Span<byte> destination, ReadOnlySpan<byte> text)
    {
        int length = 0;
        while (!text.IsEmpty)
        {
            // On bad bytes the rune is U+FFFD and the count is what to skip.
            Rune.DecodeFromUtf8(text, out Rune rune, out int consumed);
            length += WriteRune(destination[length..], rune);
            text = text[consumed..];
        }

        return length;
    }

    private static int WriteRune(Span<byte> destination, Rune rune)
    {
        if (rune.Value is '"' or '\\')
        {
            "\\"u8.CopyTo(destination);
            return 1 + rune.EncodeToUtf8(destination[1..]);
        }

        if (!Rune.IsControl(rune) && rune.Value is not (0x2028 or 0x2029))
            return rune.EncodeToUtf8(destination);

        "\\u"u8.CopyTo(destination);
        if (!rune.Value.TryFormat(destination[2..], out int digits, "X4", null))
            throw new ArgumentException("Escaped text does not fit.", nameof(destination));
        return 2 + digits;
    }
}
