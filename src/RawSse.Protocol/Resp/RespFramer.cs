using System.Runtime.CompilerServices;

namespace RawSse.Protocol.Resp;

/// <summary>
/// Finds where a whole RESP value ends in what has been received so far, and remembers how far it looked: each byte is looked at
/// once, however a value is torn. A mutable struct that lives in its connection; one owner, no memory of its own.
/// </summary>
/// <param name="bytesMax">
/// Bytes of the longest value, attributes in front of it included. A value that says it is longer, or that has more elements
/// than could fit, is refused at once, before its bytes arrive.
/// </param>
public struct RespFramer(int bytesMax)
{
    /// <summary>Aggregates within one another, attributes included.</summary>
    public const int DepthMax = 16;

    /// <summary>Bytes of a simple string, a simple error, a double or a big number.</summary>
    public const int LineBytesMax = 64 << 10;

    /// <summary><c>_\r\n</c> and <c>+\r\n</c>.</summary>
    private const int ValueBytesMin = 3;

    private readonly int _bytesMax = bytesMax;

    /// <summary>For each open aggregate the elements that have not begun; [0] is not used.</summary>
    private Levels _levels;
    private int _depth;

    /// <summary>Values that have not begun, over all levels; 0 at the end of the whole.</summary>
    private int _pending = 1;

    private int _scanned;

    /// <summary>How far the end of the line at <see cref="_scanned"/> was looked for, from there.</summary>
    private int _searched;

    /// <summary>
    /// Looks for the end of the first value in <paramref name="bytes"/>. When it needs more it must be called again with the same
    /// bytes and more behind them; when it is done the next call is about the value behind the first
    /// <paramref name="length"/> bytes. After Malformed or TooLarge it says the same again.
    /// </summary>
    /// <param name="length">bytes of the value, attributes in front of it included; 0 unless it is done</param>
    public RespStatus Scan(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        bytes = bytes[..Math.Min(bytes.Length, _bytesMax)];
        while (_pending > 0)
        {
            RespStatus status = Step(bytes);
            if (status == RespStatus.NeedMore && bytes.Length == _bytesMax)
                return RespStatus.TooLarge;
            if (status != RespStatus.Done)
                return status;
        }

        length = _scanned;
        this = new RespFramer(_bytesMax);
        return RespStatus.Done;
    }

    /// <summary>
    /// Reads the header of an array, a set, a map or a push, for callers that frame and take its elements one by one. Done with a
    /// length of 0: the value is of another type, or has attributes; it must be framed whole.
    /// </summary>
    /// <param name="type">the first byte's type, whether there is a header or not</param>
    /// <param name="count">values that follow, each to be framed; a map has two for each pair</param>
    /// <param name="length">bytes of the header</param>
    public static RespStatus ReadAggregateHeader(ReadOnlySpan<byte> bytes, out RespType type, out long count, out int length)
    {
        type = RespType.None;
        count = 0;
        length = 0;
        if (bytes.IsEmpty)
            return RespStatus.NeedMore;

        type = (RespType)bytes[0];
        if (type is not (RespType.Array or RespType.Map or RespType.Set or RespType.Push))
            return RespStatus.Done;

        int searched = 0;
        RespStatus status = RespToken.Read(bytes, ref searched, out RespToken token);
        if (status != RespStatus.Done)
            return status;

        type = token.Type;
        count = token.Count;
        length = type == RespType.Null ? 0 : token.Length;
        return RespStatus.Done;
    }

    private RespStatus Step(ReadOnlySpan<byte> bytes)
    {
        RespStatus status = RespToken.Read(bytes[_scanned..], ref _searched, out RespToken token);
        bool isAttribute = token.Type == RespType.Attribute;
        long pending = (long)_pending + token.Count - (isAttribute ? 0 : 1);
        if (_scanned + (long)token.Length + (pending * ValueBytesMin) > _bytesMax)
            return RespStatus.TooLarge;
        if (status != RespStatus.Done)
            return status;
        if (token.Count > 0 && _depth == DepthMax)
            return RespStatus.TooLarge;

        _pending = (int)pending;
        _scanned += token.Length;
        _searched = 0;
        if (!isAttribute)
            _levels[_depth]--;
        if (token.Count > 0)
            _levels[++_depth] = token.Count;
        while (_depth > 0 && _levels[_depth] == 0)
            _depth--;
        return RespStatus.Done;
    }

    [InlineArray(DepthMax + 1)]
    private struct Levels
    {
        private int _first;
    }
}
