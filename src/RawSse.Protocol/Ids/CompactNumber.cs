using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace RawSse.Protocol.Ids;

/// <summary>
/// Unsigned 64-bit numbers in base 64, most significant digit first, without leading zeros; the digits are
/// <c>0-9 A-Z a-z _ ~</c>. A base that is a power of two lets all digits be made at once, without a division or a loop.
/// </summary>
internal static class CompactNumber
{
    /// <summary>Digits of the largest number.</summary>
    public const int BytesMax = 11;

    /// <summary>Bytes that <see cref="Write"/> may touch at <c>destination[0]</c>; those beyond its count mean nothing.</summary>
    public const int WriteSpan = BytesMax;

    private const int WordDigits = 8;
    private const int DigitBits = 6;
    private const int WordBits = WordDigits * DigitBits;

    /// <summary>Writes the digits and returns how many (1 to 11); needs room for <see cref="WriteSpan"/>.</summary>
    public static int Write(Span<byte> destination, ulong value)
    {
        ulong high = value >> WordBits;
        if (high == 0)
            return WriteShort(destination, value);

        int length = WriteShort(destination, high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[length..], Digits(value & ((1UL << WordBits) - 1)));
        return length + WordDigits;
    }

    /// <summary>False for anything but what <see cref="Write"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.Length is 0 or > BytesMax || (text[0] == '0' && text.Length > 1))
            return false;

        ulong sum = 0;
        foreach (byte character in text)
        {
            int digit = DigitOf(character);
            if (digit < 0 || sum >> (64 - DigitBits) != 0)
                return false;
            sum = (sum << DigitBits) | (uint)digit;
        }

        value = sum;
        return true;
    }

    /// <summary>Left-aligns the digits of a number below 2^48 in a word, so that one store writes them all.</summary>
    private static int WriteShort(Span<byte> destination, ulong value)
    {
        int length = (BitOperations.Log2(value | 1) / DigitBits) + 1;
        BinaryPrimitives.WriteUInt64BigEndian(destination, Digits(value << (DigitBits * (WordDigits - length))));
        return length;
    }

    /// <summary>The eight digits of a number below 2^48 as characters, the first in the highest byte.</summary>
    private static ulong Digits(ulong value)
    {
        // Spread 48 bits over eight bytes: halves, quarters, eighths.
        ulong spread = (value & 0x0000_0000_00FF_FFFF) | ((value & 0x0000_FFFF_FF00_0000) << 8);
        spread = (spread & 0x0000_0FFF_0000_0FFF) | ((spread & 0x00FF_F000_00FF_F000) << 4);
        spread = (spread & 0x003F_003F_003F_003F) | ((spread & 0x0FC0_0FC0_0FC0_0FC0) << 2);

        // From a digit to its character: each range starts where the one before leaves a hole in ASCII.
        Vector128<sbyte> digit = Vector128.CreateScalar(spread).AsSByte();
        Vector128<sbyte> text = digit + Vector128.Create((sbyte)'0');
        text += Vector128.GreaterThan(digit, Vector128.Create((sbyte)9)) & Vector128.Create((sbyte)('A' - '9' - 1));
        text += Vector128.GreaterThan(digit, Vector128.Create((sbyte)35)) & Vector128.Create((sbyte)('a' - 'Z' - 1));
        text += Vector128.GreaterThan(digit, Vector128.Create((sbyte)61)) & Vector128.Create((sbyte)('_' - 'z' - 1));
        text += Vector128.GreaterThan(digit, Vector128.Create((sbyte)62)) & Vector128.Create((sbyte)('~' - '_' - 1));
        return text.AsUInt64().ToScalar();
    }

    private static int DigitOf(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'A' and <= (byte)'Z' => character - 'A' + 10,
        >= (byte)'a' and <= (byte)'z' => character - 'a' + 36,
        (byte)'_' => 62,
        (byte)'~' => 63,
        _ => -1,
    };
}
