using System.Buffers;

namespace RawSse.Protocol.Resp;

/// <summary>
/// The first piece of a value: a whole value that has no elements, or the header of one that has. The one place that knows how
/// each type is written; the framer and the reader only walk. Pure.
/// </summary>
internal readonly struct RespToken
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';
    private const int LineEndBytes = 2;

    /// <summary>All 64-bit numbers fit.</summary>
    private const int DigitsMax = 19;

    /// <summary>Three bytes that name a verbatim string's format, and a colon.</summary>
    private const int VerbatimPrefixBytes = 4;

    private static readonly SearchValues<byte> s_doubleText = SearchValues.Create("0123456789+-.eEinfa"u8);

    /// <summary><see cref="RespType.Null"/> for each way to write null.</summary>
    public RespType Type { get; private init; }

    /// <summary>An integer's value, 1 for true, else 0.</summary>
    public long Number { get; private init; }

    /// <summary>Values that follow as elements; a map has two for each pair.</summary>
    public int Count { get; private init; }

    public int TextStart { get; private init; }

    public int TextLength { get; private init; }

    /// <summary>Bytes of the token, all of a bulk string included; 0 while that is not known.</summary>
    public int Length { get; private init; }

    /// <summary>
    /// Reads the token that <paramref name="bytes"/> start with. When more bytes are needed, and when a bulk string does not end
    /// as it must, the token is given as far as its header tells.
    /// </summary>
    /// <param name="searched">
    /// How far the end of a line was looked for, to go on there with more bytes; 0 for a new token.
    /// </param>
    public static RespStatus Read(ReadOnlySpan<byte> bytes, ref int searched, out RespToken token)
    {
        token = default;
        if (bytes.IsEmpty)
            return RespStatus.NeedMore;

        RespType type = (RespType)bytes[0];
        switch (type)
        {
            case RespType.Integer:
                return ReadInteger(bytes, out token);
            case RespType.BulkString or RespType.BulkError or RespType.VerbatimString:
                return ReadBulk(bytes, type, out token);
            case RespType.Array or RespType.Map or RespType.Set or RespType.Attribute or RespType.Push:
                return ReadAggregate(bytes, type, out token);
            case RespType.SimpleString or RespType.SimpleError or RespType.Null or RespType.Boolean or RespType.Double
                or RespType.BigNumber:
                return ReadLine(bytes, type, ref searched, out token);
            default:
                return RespStatus.Malformed;
        }
    }

    private static RespStatus ReadInteger(ReadOnlySpan<byte> bytes, out RespToken token)
    {
        token = default;
        RespStatus status = ReadNumber(bytes, out long number, out int length);
        if (status == RespStatus.Done)
        {
            token = new RespToken
            {
                Type = RespType.Integer,
                Number = number,
                TextStart = 1,
                TextLength = length - 1 - LineEndBytes,
                Length = length,
            };
        }

        return status;
    }

    private static RespStatus ReadBulk(ReadOnlySpan<byte> bytes, RespType type, out RespToken token)
    {
        token = default;
        RespStatus status = ReadNumber(bytes, out long number, out int start);
        if (status != RespStatus.Done)
            return status;
        if (number < 0)
            return ReadNull(type == RespType.BulkString && number == -1, start, out token);
        if (number > int.MaxValue - start - LineEndBytes)
            return RespStatus.TooLarge;

        int prefix = type == RespType.VerbatimString ? VerbatimPrefixBytes : 0;
        if (number < prefix)
            return RespStatus.Malformed;

        int end = start + (int)number;
        token = new RespToken
        {
            Type = type,
            TextStart = start + prefix,
            TextLength = (int)number - prefix,
            Length = end + LineEndBytes,
        };
        if (bytes.Length < token.Length)
            return RespStatus.NeedMore;
        bool isEnded = bytes[end] == CarriageReturn && bytes[end + 1] == LineFeed;
        return isEnded && (prefix == 0 || bytes[start + prefix - 1] == ':') ? RespStatus.Done : RespStatus.Malformed;
    }

    private static RespStatus ReadAggregate(ReadOnlySpan<byte> bytes, RespType type, out RespToken token)
    {
        token = default;
        RespStatus status = ReadNumber(bytes, out long number, out int length);
        if (status != RespStatus.Done)
            return status;
        if (number < 0)
            return ReadNull(type == RespType.Array && number == -1, length, out token);

        int valuesEach = type is RespType.Map or RespType.Attribute ? 2 : 1;
        if (number > int.MaxValue / valuesEach)
            return RespStatus.TooLarge;
        token = new RespToken { Type = type, Count = (int)number * valuesEach, Length = length };
        return RespStatus.Done;
    }

    private static RespStatus ReadNull(bool isNull, int length, out RespToken token)
    {
        token = isNull ? new RespToken { Type = RespType.Null, Length = length } : default;
        return isNull ? RespStatus.Done : RespStatus.Malformed;
    }

    private static RespStatus ReadLine(ReadOnlySpan<byte> bytes, RespType type, ref int searched, out RespToken token)
    {
        token = default;
        int from = Math.Max(searched, 1);
        int found = bytes[from..].IndexOfAny(CarriageReturn, LineFeed);
        searched = found < 0 ? bytes.Length : from + found;
        if (searched - 1 > RespFramer.LineBytesMax)
            return RespStatus.TooLarge;

        ReadOnlySpan<byte> end = bytes[searched..];
        if (end.Length >= 1 && end[0] != CarriageReturn)
            return RespStatus.Malformed;
        if (end.Length < LineEndBytes)
            return RespStatus.NeedMore;

        ReadOnlySpan<byte> text = bytes[1..searched];
        if (end[1] != LineFeed || !IsText(type, text))
            return RespStatus.Malformed;
        token = new RespToken
        {
            Type = type,
            Number = type == RespType.Boolean && text[0] == 't' ? 1 : 0,
            TextStart = 1,
            TextLength = text.Length,
            Length = searched + LineEndBytes,
        };
        return RespStatus.Done;
    }

    private static bool IsText(RespType type, ReadOnlySpan<byte> text) => type switch
    {
        RespType.Null => text.IsEmpty,
        RespType.Boolean => text is [(byte)'t' or (byte)'f'],
        RespType.Double => !text.IsEmpty && !text.ContainsAnyExcept(s_doubleText),
        RespType.BigNumber => IsDigits(text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text),
        _ => true,
    };

    private static bool IsDigits(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Reads the number behind the type's byte and its line's end, <paramref name="length"/> bytes in all.</summary>
    private static RespStatus ReadNumber(ReadOnlySpan<byte> bytes, out long number, out int length)
    {
        number = 0;
        length = 0;
        int first = bytes.Length > 1 && bytes[1] is (byte)'-' or (byte)'+' ? 2 : 1;
        int at = first;
        ulong sum = 0;
        for (; at < bytes.Length && bytes[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            if (at - first == DigitsMax)
                return RespStatus.Malformed;
            sum = (sum * 10) + (uint)(bytes[at] - '0');
        }

        if (at == bytes.Length)
            return RespStatus.NeedMore;
        if (bytes[at] != CarriageReturn || at == first)
            return RespStatus.Malformed;
        if (at + 1 == bytes.Length)
            return RespStatus.NeedMore;

        bool isNegative = bytes[1] == '-';
        if (bytes[at + 1] != LineFeed || sum > long.MaxValue + (isNegative ? 1UL : 0))
            return RespStatus.Malformed;
        number = isNegative ? (long)(0 - sum) : (long)sum;
        length = at + LineEndBytes;
        return RespStatus.Done;
    }
}
