namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// Counts the events of a stream as a browser fires them: a block of lines that has a <c>data</c> field, ended by an empty line
/// (WHATWG HTML, section 9.2). Needs no buffer, since of a line only its beginning matters.
/// </summary>
internal struct EventCounter
{
    // How much of "data" the line has matched; past it, the line is data or nothing of interest.
    private const byte Other = 255;

    private byte _matched;
    private bool _isLineBegun;
    private bool _hasData;
    private bool _isAfterReturn;

    /// <summary>How many events end in these bytes.</summary>
    public int Count(ReadOnlySpan<byte> bytes)
    {
        int events = 0;
        while (!bytes.IsEmpty)
        {
            // Lines are long beside their names: the rest of one is skipped at once.
            if (_matched == Other)
            {
                int end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
                if (end < 0) return events;
                bytes = bytes[end..];
            }
            if (Step(bytes[0])) events++;
            bytes = bytes[1..];
        }
        return events;
    }

    private bool Step(byte next)
    {
        bool isSecondOfTwo = _isAfterReturn && next == '\n';
        _isAfterReturn = next == '\r';
        if (isSecondOfTwo) return false;
        if (next is (byte)'\n' or (byte)'\r') return EndLine();
        _isLineBegun = true;
        ReadOnlySpan<byte> name = "data"u8;
        if (_matched < name.Length) _matched = next == name[_matched] ? (byte)(_matched + 1) : Other;
        else
        {
            if (next == ':') _hasData = true;
            _matched = Other;
        }
        return false;
    }

    private bool EndLine()
    {
        // A field may have no colon and no value.
        if (_matched == 4) _hasData = true;
        bool isEvent = !_isLineBegun && _hasData;
        if (!_isLineBegun) _hasData = false;
        (_isLineBegun, _matched) = (false, 0);
        return isEvent;
    }
}
