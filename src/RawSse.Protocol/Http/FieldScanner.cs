namespace RawSse.Protocol.Http;

/// <summary>
/// Reads field lines (RFC 9112 §5) up to the empty line, each byte once however the input is cut. It refuses at the first byte
/// that cannot be: obs-fold, a space before the colon, an empty name, a bare CR or LF, NUL and the other controls.
/// </summary>
internal struct FieldScanner(int start)
{
    private int _lineStart = start;
    private int _scanned = start;
    private bool _inValue;

    /// <summary>How many bytes of the head were looked at; the head's length after the empty line.</summary>
    public readonly int Scanned => _scanned;

    /// <summary>The last line's name, without colon; empty after the empty line.</summary>
    public ByteRange Name { get; private set; }

    /// <summary>The last line's value, without the white space around it.</summary>
    public ByteRange Value { get; private set; }

    /// <summary>Done: one line was read. Rejected: always <see cref="HttpRejection.BadHeader"/>.</summary>
    public ParseStatus Next(ReadOnlySpan<byte> head)
    {
        if (!_inValue)
        {
            ParseStatus status = ScanName(head);
            if (status != ParseStatus.Done || Name.Length == 0)
                return status;
        }

        return ScanValue(head);
    }

    private ParseStatus ScanName(ReadOnlySpan<byte> head)
    {
        int more = head[_scanned..].IndexOfAnyExcept(HttpBytes.Token);
        if (more < 0)
        {
            _scanned = head.Length;
            return ParseStatus.NeedMore;
        }

        _scanned += more;
        int length = _scanned - _lineStart;
        if (head[_scanned] == '\r' && length == 0)
        {
            Name = default;
            return EndLine(head);
        }

        if (head[_scanned] != ':' || length == 0)
            return ParseStatus.Rejected;
        Name = new ByteRange(_lineStart, length);
        _scanned++;
        _inValue = true;
        return ParseStatus.Done;
    }

    private ParseStatus ScanValue(ReadOnlySpan<byte> head)
    {
        int more = head[_scanned..].IndexOfAny(HttpBytes.NotInValue);
        if (more < 0)
        {
            _scanned = head.Length;
            return ParseStatus.NeedMore;
        }

        _scanned += more;
        int end = _scanned;
        if (head[end] != '\r')
            return ParseStatus.Rejected;
        ParseStatus status = EndLine(head);
        if (status != ParseStatus.Done)
            return status;
        Value = Trim(head, Name.End + 1, end);
        _inValue = false;
        return ParseStatus.Done;
    }

    /// <summary>Stands at a CR; steps over it only together with its LF.</summary>
    private ParseStatus EndLine(ReadOnlySpan<byte> head)
    {
        if (_scanned + 1 == head.Length)
            return ParseStatus.NeedMore;
        if (head[_scanned + 1] != '\n')
            return ParseStatus.Rejected;
        _scanned += 2;
        _lineStart = _scanned;
        return ParseStatus.Done;
    }

    private static ByteRange Trim(ReadOnlySpan<byte> head, int start, int end)
    {
        while (start < end && head[start] is (byte)' ' or (byte)'\t')
            start++;
        while (start < end && head[end - 1] is (byte)' ' or (byte)'\t')
            end--;
        return new ByteRange(start, end - start);
    }
}
