namespace RawSse.Redis.Tests.Traffic;

/// <summary>
/// Reads the id of a stream: the store's id for one channel; for several <c>VERSION.FINGERPRINT,ID,ID…</c>, an id for each
/// channel in the order of the names, numbers in base 64. Written from the contract (§3) and ADR, not with the server's code.
/// </summary>
internal static class StreamPosition
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_~";

    /// <param name="text">the id as it came</param>
    /// <param name="channels">how many channels the stream has</param>
    public static EventId[] Parse(string text, int channels)
    {
        if (channels == 1) return [EventId.Parse(text)];
        string[] parts = text.Split(',');
        if (parts.Length != channels + 1) throw new FormatException($"not an id of {channels} channels: {text}");
        return [.. parts.Skip(1).Select(ParseOne)];
    }

    private static EventId ParseOne(string text)
    {
        string[] numbers = text.Split('.');
        return new(Number(numbers[0]), numbers.Length > 1 ? Number(numbers[1]) : 0);
    }

    private static ulong Number(string text)
    {
        ulong number = 0;
        foreach (char character in text)
        {
            int digit = Digits.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0) throw new FormatException($"not a digit of an id: {character}");
            number = checked((number * 64) + (ulong)digit);
        }
        return number;
    }
}
