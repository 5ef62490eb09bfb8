namespace RawSse.Protocol.Sse;

/// <summary>
/// Reads an event stream as WHATWG HTML §9.2.6 says, from bytes in any cut; the result never depends on the cuts. A byte
/// order mark at the very start is dropped; lines end with CR, LF or CRLF; an id with NUL, a retry that is not digits and
/// unknown fields are ignored; a block that the stream's end cuts off is never an event. One owner, one stream.
/// </summary>
/// <remarks>Bytes stay bytes: what is not UTF-8 is handed on as it came and not replaced by U+FFFD.</remarks>
/// <param name="eventBytesMax">
/// bound of a line and of an event's data, at least 1: an encoded event of so many bytes can be read
/// </param>
public sealed class SseReader(int eventBytesMax)
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    private readonly int _eventBytesMax = eventBytesMax > 0
        ? eventBytesMax
        : throw new ArgumentOutOfRangeException(nameof(eventBytesMax), eventBytesMax, "At least 1.");

    private readonly ByteBuffer _line = new();
    private readonly ByteBuffer _type = new();
    private readonly ByteBuffer _data = new();
    private ByteBuffer _blockId = new();
    private ByteBuffer _lastEventId = new();
    private int _byteOrderMarkLength;
    private bool _isPastStart;
    private bool _isAfterCarriageReturn;
    private bool _hasBlockId;
    private bool _hasFailed;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The id that a reconnect would send; empty until a block with an id has ended. Valid until the next push.
    /// </summary>
    public ReadOnlySpan<byte> LastEventId => _lastEventId.Span;

    /// <summary>Events handed on so far.</summary>
    public long EventsRead { get; private set; }

    /// <summary>Reads the next bytes of the stream and calls the handler for all that they complete.</summary>
    /// <exception cref="InvalidDataException">a line or an event is longer than the bound, now or in an earlier push</exception>
    public void Push(ReadOnlySpan<byte> bytes, ISseHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (_hasFailed)
            Fail();
        if (!_isPastStart)
            bytes = SkipByteOrderMark(bytes);

        while (!bytes.IsEmpty)
        {
            if (_isAfterCarriageReturn)
            {
                _isAfterCarriageReturn = false;
                if (bytes[0] == LineFeed)
                {
                    bytes = bytes[1..];
                    continue;
                }
            }

            int end = bytes.IndexOfAny(CarriageReturn, LineFeed);
            if (end < 0)
            {
                KeepPartOfLine(bytes);
                return;
            }

            _isAfterCarriageReturn = bytes[end] == CarriageReturn;
            EndLine(bytes[..end], handler);
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Drops the mark; bytes that only began like one become the start of the first line.</summary>
    private ReadOnlySpan<byte> SkipByteOrderMark(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _byteOrderMarkLength < ByteOrderMark.Length)
        {
            if (bytes[0] != ByteOrderMark[_byteOrderMarkLength])
            {
                KeepPartOfLine(ByteOrderMark[.._byteOrderMarkLength]);
                _isPastStart = true;
                return bytes;
            }

            _byteOrderMarkLength++;
            bytes = bytes[1..];
        }

        _isPastStart = _byteOrderMarkLength == ByteOrderMark.Length;
        return bytes;
    }

    private void KeepPartOfLine(ReadOnlySpan<byte> part)
    {
        if (part.Length > _eventBytesMax - _line.Length)
            Fail();
        _line.Append(part);
    }

    private void EndLine(ReadOnlySpan<byte> line, ISseHandler handler)
    {
        if (_line.Length > 0)
        {
            KeepPartOfLine(line);
            line = _line.Span;
            _line.Clear();
        }
        else if (line.Length > _eventBytesMax)
        {
            Fail();
        }

        if (line.IsEmpty)
            EndBlock(handler);
        else
            ReadLine(line, handler);
    }

    private void ReadLine(ReadOnlySpan<byte> line, ISseHandler handler)
    {
        int colon = line.IndexOf((byte)':');
        if (colon == 0)
        {
            handler.OnComment(line[1..]);
            return;
        }

        ReadOnlySpan<byte> name = colon < 0 ? line : line[..colon];
        ReadOnlySpan<byte> value = colon < 0 ? [] : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
            value = value[1..];

        if (name.SequenceEqual("data"u8))
            AppendData(value);
        else if (name.SequenceEqual("id"u8))
            KeepId(value);
        else if (name.SequenceEqual("event"u8))
            _type.Set(value);
        else if (name.SequenceEqual("retry"u8))
            ReadRetry(value, handler);
    }

    private void AppendData(ReadOnlySpan<byte> value)
    {
        if (value.Length > _eventBytesMax - _data.Length)
            Fail();
        _data.Append(value);
        _data.Append(LineFeed);
    }

    private void KeepId(ReadOnlySpan<byte> value)
    {
        if (value.Contains((byte)0))
            return;
        _blockId.Set(value);
        _hasBlockId = true;
    }

    private static void ReadRetry(ReadOnlySpan<byte> value, ISseHandler handler)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return;

        long ms = 0;
        foreach (byte character in value)
        {
            int digit = character - '0';
            ms = ms > (long.MaxValue - digit) / 10 ? long.MaxValue : (ms * 10) + digit;
        }

        handler.OnRetry(ms);
    }

    private void EndBlock(ISseHandler handler)
    {
        bool hasId = _hasBlockId;
        if (hasId)
            (_lastEventId, _blockId) = (_blockId, _lastEventId);
        _hasBlockId = false;

        // Each data line left an LF, so no bytes means no data field; the last LF is not part of the data.
        ReadOnlySpan<byte> data = _data.Span;
        ReadOnlySpan<byte> type = _type.Span;
        _data.Clear();
        _type.Clear();
        if (!data.IsEmpty)
        {
            EventsRead++;
            handler.OnEvent(type.IsEmpty ? "message"u8 : type, data[..^1], _lastEventId.Span);
        }
        else if (hasId)
        {
            handler.OnIdOnly(_lastEventId.Span);
        }
    }

    private void Fail()
    {
        _hasFailed = true;
        throw new InvalidDataException($"A line or an event is longer than {_eventBytesMax} bytes.");
    }
}
