namespace RawSse.Bench.Load;

/// <summary>
/// How the load tool knows its events again: data begins with <c>@</c> and eight decimal digits, the event's number.
/// <c>@</c> stands nowhere else in what a server sends, so that a stream needs no SSE parser and no buffer.
/// </summary>
internal static class EventMarker
{
    public const byte Sign = (byte)'@';
    public const int Digits = 8;
    public const int DataBytesMin = 1 + Digits;

    /// <summary>Data of so many bytes for event 0; <see cref="Stamp"/> gives it its number.</summary>
    public static byte[] Data(int bytes)
    {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) data[i] = (byte)('a' + i % 26);
        data[0] = Sign;
        Stamp(data, 0);
        return data;
    }

    /// <summary>Writes the number of the event behind the sign.</summary>
    public static void Stamp(Span<byte> data, int number)
    {
        for (int i = Digits; i > 0; i--, number /= 10) data[i] = (byte)('0' + number % 10);
    }

    /// <summary>
    /// Finds the next event's number and cuts what was read off. False: none is complete in these bytes, and the
    /// stream holds the digits read so far.
    /// </summary>
    public static bool TryRead(ref StreamState stream, ref ReadOnlySpan<byte> bytes, out int number)
    {
        number = 0;
        if (stream.DigitsLeft == 0)
        {
            int at = bytes.IndexOf(Sign);
            if (at < 0) return false;
            bytes = bytes[(at + 1)..];
            stream.DigitsLeft = Digits;
            stream.PartialNumber = 0;
        }
        int take = Math.Min(stream.DigitsLeft, bytes.Length);
        int value = stream.PartialNumber;
        for (int i = 0; i < take; i++) value = value * 10 + (bytes[i] - '0');
        bytes = bytes[take..];
        stream.DigitsLeft -= (byte)take;
        stream.PartialNumber = value;
        number = value;
        return stream.DigitsLeft == 0;
    }
}
