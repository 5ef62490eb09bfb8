using System.Globalization;
using System.Numerics;

namespace RawSse.Protocol.Ids;

/// <summary>Unsigned 64-bit numbers as canonical decimal text: digits only, no leading zeros.</summary>
internal static class DecimalText
{
    private const int DigitsMax = 20;

    private static readonly ulong[] s_powersOfTen =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    /// <summary>Digits of <paramref name="value"/>, 1 to 20.</summary>
    public static int Measure(ulong value)
    {
        // 1233 / 4096 is log10(2) closely enough for 64 bits. The lowest bit never changes the count (10^k - 1 is odd)
        // but spares 0 a branch.
        value |= 1;
        int guess = ((BitOperations.Log2(value) + 1) * 1233) >> 12;
        return value < s_powersOfTen[guess] ? guess : guess + 1;
    }

    /// <summary>Writes the digits and returns how many.</summary>
    /// <exception cref="ArgumentException">they do not fit</exception>
    public static int Write(Span<byte> destination, ulong value)
    {
        if (!value.TryFormat(destination, out int written, default, CultureInfo.InvariantCulture))
            throw new ArgumentException("A number does not fit.", nameof(destination));
        return written;
    }

    /// <summary>False for anything but the canonical text of a number that fits 64 bits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.Length is 0 or > DigitsMax || (text[0] == '0' && text.Length > 1))
            return false;

        ulong sum = 0;
        foreach (byte character in text)
        {
            uint digit = (uint)(character - '0');
            if (digit > 9)
                return false;

            // Only the twentieth digit can overflow: 19 nines fit 64 bits.
            if (sum > ulong.MaxValue / 10 || sum * 10 > ulong.MaxValue - digit)
                return false;
            sum = (sum * 10) + digit;
        }

        value = sum;
        return true;
    }
}
