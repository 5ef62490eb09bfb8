namespace RawSse.Protocol.Http;

/// <summary>
/// Reads <c>method SP target SP HTTP/x.y CRLF</c> (RFC 9112 §3), byte after byte as they come: it refuses at the first
/// byte that cannot be, and looks at no byte twice but the few of the version, so the cuts of the input change nothing.
/// </summary>
internal struct RequestLineScanner
{
    /// <summary>Longest method; the longest registered one has 17 letters.</summary>
    private const int MethodBytesMax = 32;

    /// <summary>Empty lines taken before a request line (RFC 9112 §2.2: some clients send one after a body).</summary>
    private const int EmptyLinesMax = 4;

    private Stage _stage;
    private int _start;
    private int _scanned;

    private enum Stage : byte
    {
        EmptyLines,
        Method,
        Target,
        Version,
    }

    public ByteRange Method { get; private set; }

    public ByteRange Target { get; private set; }

    public int MajorVersion { get; private set; }

    public int MinorVersion { get; private set; }

    public HttpRejection Rejection { get; private set; }

    /// <summary>How many bytes were looked at; the line's end once it is Done.</summary>
    public readonly int Scanned => _scanned;

    /// <summary>What it is when the head has no room for more before this line ends.</summary>
    public readonly HttpRejection WhenFull => _stage == Stage.Target ? HttpRejection.UriTooLong : HttpRejection.HeadTooLarge;

    /// <summary><paramref name="head"/> always starts at the same byte and only grows between calls.</summary>
    public ParseStatus Scan(ReadOnlySpan<byte> head, int targetBytesMax)
    {
        while (true)
        {
            ParseStatus status = _stage switch
            {
                Stage.EmptyLines => SkipEmptyLines(head),
                Stage.Method => ScanMethod(head),
                Stage.Target => ScanTarget(head, targetBytesMax),
                _ => ScanVersion(head),
            };
            if (status != ParseStatus.Done || _stage == Stage.Version)
                return status;
            _stage++;
            _start = _scanned;
        }
    }

    private ParseStatus SkipEmptyLines(ReadOnlySpan<byte> head)
    {
        while (true)
        {
            if (_scanned >= head.Length)
                return ParseStatus.NeedMore;
            if (head[_scanned] != '\r')
                return ParseStatus.Done;
            if (_scanned == 2 * EmptyLinesMax)
                return Reject(HttpRejection.BadRequestLine);
            if (_scanned + 1 == head.Length)
                return ParseStatus.NeedMore;
            if (head[_scanned + 1] != '\n')
                return Reject(HttpRejection.BadRequestLine);
            _scanned += 2;
        }
    }

    private ParseStatus ScanMethod(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> method = Window(head, MethodBytesMax);
        int length = method.IndexOfAnyExcept(HttpBytes.Token);
        if (length < 0)
            return method.Length > MethodBytesMax ? Reject(HttpRejection.MethodTooLong) : ParseStatus.NeedMore;
        if (length == 0 || method[length] != ' ')
            return Reject(HttpRejection.BadRequestLine);
        Method = new ByteRange(_start, length);
        _scanned = _start + length + 1;
        return ParseStatus.Done;
    }

    private ParseStatus ScanTarget(ReadOnlySpan<byte> head, int targetBytesMax)
    {
        ReadOnlySpan<byte> target = Window(head, targetBytesMax);
        int seen = _scanned - _start;
        int more = target[seen..].IndexOfAnyExcept(HttpBytes.Target);
        if (more < 0)
        {
            _scanned = _start + target.Length;
            return target.Length > targetBytesMax ? Reject(HttpRejection.UriTooLong) : ParseStatus.NeedMore;
        }

        int length = seen + more;
        // A line end here is a request without version (HTTP/0.9), two spaces are an empty target: neither is about the target.
        if (target[length] is (byte)'\r' or (byte)'\n' || (target[length] == ' ' && length == 0))
            return Reject(HttpRejection.BadRequestLine);
        if (target[length] != ' ')
            return Reject(HttpRejection.BadTarget);
        Target = new ByteRange(_start, length);
        _scanned = _start + length + 1;
        return ParseStatus.Done;
    }

    private ParseStatus ScanVersion(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> pattern = "HTTP/0.0\r\n"u8;
        ReadOnlySpan<byte> version = head.Slice(_start, Math.Min(head.Length - _start, pattern.Length));
        for (int i = 0; i < version.Length; i++)
        {
            bool fits = pattern[i] == '0' ? char.IsAsciiDigit((char)version[i]) : version[i] == pattern[i];
            if (!fits)
                return Reject(HttpRejection.BadRequestLine);
        }

        if (version.Length < pattern.Length)
            return ParseStatus.NeedMore;
        MajorVersion = version[5] - '0';
        MinorVersion = version[7] - '0';
        _scanned = _start + pattern.Length;
        return ParseStatus.Done;
    }

    /// <summary>The element's bytes with one more than it may have, so that the byte that ends the longest is in view.</summary>
    private readonly ReadOnlySpan<byte> Window(ReadOnlySpan<byte> head, int bytesMax) =>
        head.Slice(_start, Math.Min(head.Length - _start, bytesMax + 1));

    private ParseStatus Reject(HttpRejection rejection)
    {
        Rejection = rejection;
        return ParseStatus.Rejected;
    }
}
