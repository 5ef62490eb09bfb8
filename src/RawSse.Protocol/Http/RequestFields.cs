using System.Text;

namespace RawSse.Protocol.Http;

/// <summary>
/// The fields this server reads, collected line by line, and what they say together about the body and the connection
/// (RFC 9112 §6, §9). A field that decides where the body ends is refused wherever two readers could disagree.
/// </summary>
internal sealed class RequestFields
{
    private int _count;
    private ByteRange _accept;
    private byte[] _acceptList = [];
    private int _acceptListLength;
    private ByteRange _transferEncoding;
    private bool _isChunked;
    private bool _close;
    private bool _keepAlive;
    private bool _expectsContinue;
    private bool _expectsOther;
    private ByteRange _host;
    private ByteRange _lastEventId;
    private ByteRange _origin;
    private ByteRange _contentType;
    private ByteRange _idempotencyKey;
    private ByteRange _authorization;
    private ByteRange _userAgent;

    public ByteRange Host => _host;

    public ByteRange LastEventId => _lastEventId;

    public ByteRange Origin => _origin;

    public ByteRange ContentType => _contentType;

    public ByteRange IdempotencyKey => _idempotencyKey;

    public ByteRange Authorization => _authorization;

    public ByteRange UserAgent => _userAgent;

    /// <summary>-1 when there is none.</summary>
    public long ContentLength { get; private set; } = -1;

    public bool IsChunked => _isChunked;

    public bool HasBody => _isChunked || ContentLength > 0;

    /// <summary>Only with a body: without one there is nothing to continue with (RFC 9110 §10.1.1).</summary>
    public bool ExpectContinue { get; private set; }

    public bool KeepAlive { get; private set; }

    /// <summary>All Accept fields; several are joined to one list.</summary>
    public ReadOnlySpan<byte> Accept(ReadOnlySpan<byte> head) =>
        _acceptListLength > 0 ? _acceptList.AsSpan(0, _acceptListLength) : _accept.Of(head);

    public void Clear()
    {
        _count = 0;
        _accept = _transferEncoding = _host = _lastEventId = _origin = default;
        _contentType = _idempotencyKey = _authorization = _userAgent = default;
        _acceptListLength = 0;
        _isChunked = _close = _keepAlive = _expectsContinue = _expectsOther = false;
        ContentLength = -1;
        ExpectContinue = KeepAlive = false;
    }

    /// <summary>Takes one line; None when it may stand.</summary>
    public HttpRejection Add(ReadOnlySpan<byte> head, ByteRange name, ByteRange value)
    {
        if (++_count > HttpRequestParser.FieldCountMax)
            return HttpRejection.TooManyHeaders;
        ReadOnlySpan<byte> field = name.Of(head);
        return field.Length switch
        {
            4 when Is(field, "Host"u8) => AddHost(head, value),
            6 when Is(field, "Accept"u8) => AddAccept(head, value),
            6 when Is(field, "Origin"u8) => AddOnce(ref _origin, value),
            6 when Is(field, "Expect"u8) => AddExpect(value.Of(head)),
            10 when Is(field, "Connection"u8) => AddConnection(value.Of(head)),
            10 when Is(field, "User-Agent"u8) => AddUserAgent(value),
            12 when Is(field, "Content-Type"u8) => AddOnce(ref _contentType, value),
            13 when Is(field, "Last-Event-ID"u8) => AddOnce(ref _lastEventId, value),
            13 when Is(field, "Authorization"u8) => AddOnce(ref _authorization, value),
            14 when Is(field, "Content-Length"u8) => AddContentLength(value.Of(head)),
            15 when Is(field, "Idempotency-Key"u8) => AddOnce(ref _idempotencyKey, value),
            17 when Is(field, "Transfer-Encoding"u8) => AddTransferEncoding(head, value),
            _ => HttpRejection.None,
        };
    }

    /// <summary>After the empty line: what only all fields together can tell.</summary>
    public HttpRejection Complete(int minorVersion)
    {
        if (minorVersion == 1 && !_host.IsPresent)
            return HttpRejection.BadHost;
        if (_transferEncoding.IsPresent && (minorVersion == 0 || ContentLength >= 0))
            return HttpRejection.BadTransferEncoding;
        if (_transferEncoding.IsPresent && !_isChunked)
            return HttpRejection.UnsupportedTransferEncoding;
        if (minorVersion == 1 && _expectsOther)
            return HttpRejection.BadExpectation;
        ExpectContinue = minorVersion == 1 && _expectsContinue && HasBody;
        KeepAlive = !_close && (minorVersion == 1 || _keepAlive);
        return HttpRejection.None;
    }

    private static bool Is(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(field, name);

    private static HttpRejection AddOnce(ref ByteRange field, ByteRange value)
    {
        if (field.IsPresent)
            return HttpRejection.DuplicateHeader;
        field = value;
        return HttpRejection.None;
    }

    private HttpRejection AddHost(ReadOnlySpan<byte> head, ByteRange value)
    {
        if (_host.IsPresent || !HostSyntax.IsValid(value.Of(head)))
            return HttpRejection.BadHost;
        _host = value;
        return HttpRejection.None;
    }

    private HttpRejection AddUserAgent(ByteRange value)
    {
        if (!_userAgent.IsPresent)
            _userAgent = value;
        return HttpRejection.None;
    }

    private HttpRejection AddAccept(ReadOnlySpan<byte> head, ByteRange value)
    {
        if (!_accept.IsPresent)
        {
            _accept = value;
            return HttpRejection.None;
        }

        if (_acceptListLength == 0)
            AppendAccept(_accept.Of(head));
        AppendAccept(", "u8);
        AppendAccept(value.Of(head));
        return HttpRejection.None;
    }

    private void AppendAccept(ReadOnlySpan<byte> bytes)
    {
        if (_acceptList.Length - _acceptListLength < bytes.Length)
            Array.Resize(ref _acceptList, Math.Max(256, 2 * (_acceptListLength + bytes.Length)));
        bytes.CopyTo(_acceptList.AsSpan(_acceptListLength));
        _acceptListLength += bytes.Length;
    }

    private HttpRejection AddExpect(ReadOnlySpan<byte> value)
    {
        if (Is(value, "100-continue"u8))
            _expectsContinue = true;
        else
            _expectsOther = true;
        return HttpRejection.None;
    }

    private HttpRejection AddConnection(ReadOnlySpan<byte> value)
    {
        foreach (Range member in value.Split((byte)','))
        {
            ReadOnlySpan<byte> option = HttpBytes.TrimSpace(value[member]);
            _close |= Is(option, "close"u8);
            _keepAlive |= Is(option, "keep-alive"u8);
        }

        return HttpRejection.None;
    }

    private HttpRejection AddContentLength(ReadOnlySpan<byte> digits)
    {
        if (ContentLength >= 0 || digits.IsEmpty)
            return HttpRejection.BadContentLength;
        long length = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit) || length > (long.MaxValue - (digit - '0')) / 10)
                return HttpRejection.BadContentLength;
            length = length * 10 + (digit - '0');
        }

        ContentLength = length;
        return HttpRejection.None;
    }

    private HttpRejection AddTransferEncoding(ReadOnlySpan<byte> head, ByteRange value)
    {
        if (_transferEncoding.IsPresent)
            return HttpRejection.BadTransferEncoding;
        _transferEncoding = value;
        _isChunked = Is(value.Of(head), "chunked"u8);
        return HttpRejection.None;
    }
}
