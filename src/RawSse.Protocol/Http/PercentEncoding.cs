namespace RawSse.Protocol.Http;

/// <summary>Percent-decoding (RFC 3986 §2.1) of raw path and query pieces.</summary>
public static class PercentEncoding
{
    /// <summary>
    /// Decodes into <paramref name="destination"/>, for which <c>encoded.Length</c> bytes always suffice. The result is bytes:
    /// whether they are UTF-8 is the caller's question.
    /// </summary>
    /// <param name="encoded">Raw bytes of a target.</param>
    /// <param name="plusIsSpace">'+' is a space: in queries only.</param>
    /// <param name="destination">May be <paramref name="encoded"/>'s own memory only from the same start.</param>
    /// <param name="written">Bytes written; 0 on failure.</param>
    /// <returns>False if a '%' is not followed by two hex digits, or the destination is too small.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, bool plusIsSpace, Span<byte> destination, out int written)
    {
        written = 0;
        int used = 0;
        while (!encoded.IsEmpty)
        {
            int plain = plusIsSpace ? encoded.IndexOfAny((byte)'%', (byte)'+') : encoded.IndexOf((byte)'%');
            if (plain < 0)
                plain = encoded.Length;
            if (!encoded[..plain].TryCopyTo(destination[used..]))
                return false;
            used += plain;
            encoded = encoded[plain..];
            if (encoded.IsEmpty)
                break;
            if (used == destination.Length || !TryDecodeOne(encoded, out byte value, out int length))
                return false;
            destination[used++] = value;
            encoded = encoded[length..];
        }

        written = used;
        return true;
    }

    private static bool TryDecodeOne(ReadOnlySpan<byte> encoded, out byte value, out int length)
    {
        value = (byte)' ';
        length = 1;
        if (encoded[0] == '+')
            return true;
        length = 3;
        if (encoded.Length < length)
            return false;
        int high = HttpBytes.HexValue(encoded[1]);
        int low = HttpBytes.HexValue(encoded[2]);
        value = (byte)(high << 4 | low);
        return high >= 0 && low >= 0;
    }
}
