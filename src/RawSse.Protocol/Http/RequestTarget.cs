using System.Text;

namespace RawSse.Protocol.Http;

/// <summary>Where the parts of a request target lie (RFC 9112 §3.2): origin, absolute and asterisk form.</summary>
internal readonly struct RequestTarget
{
    private readonly bool _isWholeServer;

    private RequestTarget(ByteRange path, ByteRange query, ByteRange authority = default, bool isWholeServer = false)
    {
        PathRange = path;
        QueryRange = query;
        Authority = authority;
        _isWholeServer = isWholeServer;
    }

    /// <summary>Of the absolute form; it then counts instead of Host (RFC 9112 §3.2.2).</summary>
    public ByteRange Authority { get; }

    private ByteRange PathRange { get; }

    private ByteRange QueryRange { get; }

    /// <summary>The raw path: <c>/…</c>, or <c>*</c> for the server as a whole.</summary>
    public ReadOnlySpan<byte> Path(ReadOnlySpan<byte> head) =>
        PathRange.Length > 0 ? PathRange.Of(head) : _isWholeServer ? "*"u8 : "/"u8;

    /// <summary>The raw query without its question mark.</summary>
    public ReadOnlySpan<byte> Query(ReadOnlySpan<byte> head) => QueryRange.Of(head);

    /// <summary>
    /// Splits a target whose bytes were checked. False for a form that does not fit the method. The authority form is one of
    /// them: only CONNECT has it, this server is no proxy, and so no CONNECT is ever right.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> head, ByteRange method, ByteRange target, out RequestTarget parsed)
    {
        parsed = default;
        ReadOnlySpan<byte> verb = method.Of(head);
        ReadOnlySpan<byte> bytes = target.Of(head);
        if (verb.SequenceEqual("CONNECT"u8))
            return false;
        bool isOptions = verb.SequenceEqual("OPTIONS"u8);
        if (bytes[0] == '/')
        {
            parsed = Split(bytes, target);
            return true;
        }

        if (bytes.SequenceEqual("*"u8))
        {
            parsed = new RequestTarget(target, default);
            return isOptions;
        }

        return TryParseAbsolute(bytes, target, isOptions, out parsed);
    }

    private static bool TryParseAbsolute(ReadOnlySpan<byte> bytes, ByteRange target, bool isOptions, out RequestTarget parsed)
    {
        parsed = default;
        int scheme = SchemeLength(bytes);
        if (scheme == 0)
            return false;
        int authority = bytes[scheme..].IndexOfAny((byte)'/', (byte)'?');
        if (authority < 0)
            authority = bytes.Length - scheme;
        // HostSyntax has no '@': user information in a request target is an attack or a mistake (RFC 9110 §4.2.4).
        if (!HostSyntax.IsValid(bytes.Slice(scheme, authority)))
            return false;
        int rest = scheme + authority;
        RequestTarget split = Split(bytes[rest..], new ByteRange(target.Start + rest, target.Length - rest));
        // OPTIONS with neither path nor query is the asterisk form in other words (RFC 9112 §3.2.4).
        bool isWholeServer = isOptions && rest == bytes.Length;
        ByteRange server = new(target.Start + scheme, authority);
        parsed = new RequestTarget(split.PathRange, split.QueryRange, server, isWholeServer);
        return true;
    }

    private static int SchemeLength(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOf("://"u8);
        if (length < 0)
            return 0;
        ReadOnlySpan<byte> scheme = bytes[..length];
        return Ascii.EqualsIgnoreCase(scheme, "http"u8) || Ascii.EqualsIgnoreCase(scheme, "https"u8) ? length + 3 : 0;
    }

    private static RequestTarget Split(ReadOnlySpan<byte> bytes, ByteRange range)
    {
        int mark = bytes.IndexOf((byte)'?');
        return mark < 0
            ? new RequestTarget(range, default)
            : new RequestTarget(new ByteRange(range.Start, mark), new ByteRange(range.Start + mark + 1, range.Length - mark - 1));
    }
}
