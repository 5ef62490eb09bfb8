using System.Buffers;

namespace RawSse.Protocol.Http;

/// <summary>
/// Incremental HTTP/1.1 request parser (RFC 9112, RFC 9110): pure, for one thread at a time, reused from request to request
/// without garbage. The same bytes give the same answer however they are cut. Where leniency would let two readers see
/// different requests (bare CR or LF, obs-fold, two lengths, …) it refuses; after a refusal the connection has to be closed.
/// <para>Use: <see cref="ParseHead"/> until Done; <see cref="ParseBody"/> until Done; <see cref="Reset"/>.</para>
/// </summary>
public sealed class HttpRequestParser
{
    /// <summary>Bytes of a request target (RFC 9112 §3 asks for at least 8,000).</summary>
    public const int TargetBytesMax = 8 << 10;

    /// <summary>Field lines of one head.</summary>
    public const int FieldCountMax = 100;

    /// <summary>The smallest bound for heads that a parser takes.</summary>
    public const int HeadBytesMin = 64;

    private readonly HeadParser _head;
    private readonly BodyDecoder _body;

    /// <summary>A parser for one connection after the other.</summary>
    /// <param name="headBytesMax">Bytes of a head from its first byte to its empty line, and of a chunked body's extensions and
    /// trailers; at least <see cref="HeadBytesMin"/>. The parser keeps a buffer that grows up to it.</param>
    public HttpRequestParser(int headBytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(headBytesMax, HeadBytesMin);
        _head = new HeadParser(headBytesMax);
        _body = new BodyDecoder(headBytesMax);
    }

    /// <summary>Why the last call was Rejected.</summary>
    public HttpRejection Rejection => _head.Rejection != HttpRejection.None ? _head.Rejection : _body.Rejection;

    /// <summary>The method, as far as it is known.</summary>
    public HttpVerb Verb => _head.Verb;

    /// <summary>
    /// The method's bytes. Like every span here: empty before ParseHead was Done, valid until Reset or the next ParseHead.
    /// </summary>
    public ReadOnlySpan<byte> Method => _head.Method;

    /// <summary>The path, still percent-encoded, without the query; <c>*</c> for the asterisk form. Never empty.</summary>
    public ReadOnlySpan<byte> Path => _head.Path;

    /// <summary>The raw query without its question mark.</summary>
    public ReadOnlySpan<byte> Query => _head.Query;

    /// <summary>0 for HTTP/1.0, 1 for HTTP/1.1.</summary>
    public int MinorVersion => _head.MinorVersion;

    /// <summary>Whether the client wants to send another request on this connection (RFC 9112 §9.3).</summary>
    public bool KeepAlive => _head.Fields.KeepAlive;

    /// <summary>The client waits for 100 (Continue) before it sends its body. Only ever with a body, and in HTTP/1.1.</summary>
    public bool ExpectContinue => _head.Fields.ExpectContinue;

    /// <summary>A chunked body, or a Content-Length above 0.</summary>
    public bool HasBody => _head.Fields.HasBody;

    /// <summary>The body is chunked.</summary>
    public bool IsChunked => _head.Fields.IsChunked;

    /// <summary>The Content-Length in bytes; -1 without one.</summary>
    public long ContentLength => _head.Fields.ContentLength;

    /// <summary>The authority of an absolute target, else Host: <c>host[:port]</c>, checked. Empty only in HTTP/1.0.</summary>
    public ReadOnlySpan<byte> Host => _head.Host;

    /// <summary>Accept; several fields are joined with ", ".</summary>
    public ReadOnlySpan<byte> Accept => _head.Accept;

    /// <summary>Last-Event-ID, bytes as they came (browsers send UTF-8).</summary>
    public ReadOnlySpan<byte> LastEventId => _head.Bytes(_head.Fields.LastEventId);

    /// <summary>Last-Event-ID was sent, though maybe empty.</summary>
    public bool HasLastEventId => _head.Fields.LastEventId.IsPresent;

    /// <summary>Origin.</summary>
    public ReadOnlySpan<byte> Origin => _head.Bytes(_head.Fields.Origin);

    /// <summary>Origin was sent.</summary>
    public bool HasOrigin => _head.Fields.Origin.IsPresent;

    /// <summary>Content-Type with its parameters.</summary>
    public ReadOnlySpan<byte> ContentType => _head.Bytes(_head.Fields.ContentType);

    /// <summary>Content-Type was sent.</summary>
    public bool HasContentType => _head.Fields.ContentType.IsPresent;

    /// <summary>Idempotency-Key, unchecked.</summary>
    public ReadOnlySpan<byte> IdempotencyKey => _head.Bytes(_head.Fields.IdempotencyKey);

    /// <summary>Idempotency-Key was sent.</summary>
    public bool HasIdempotencyKey => _head.Fields.IdempotencyKey.IsPresent;

    /// <summary>Authorization: scheme and credentials.</summary>
    public ReadOnlySpan<byte> Authorization => _head.Bytes(_head.Fields.Authorization);

    /// <summary>User-Agent; the first, if there are several.</summary>
    public ReadOnlySpan<byte> UserAgent => _head.Bytes(_head.Fields.UserAgent);

    /// <summary>Body bytes decoded so far.</summary>
    public long BodyBytes => _body.Decoded;

    /// <summary>
    /// More decoded bytes than this are refused with <see cref="HttpRejection.BodyTooLarge"/>: before the first of them for
    /// a Content-Length, before the chunk that goes beyond it for a chunked body. Set it before ParseBody; Reset keeps it.
    /// </summary>
    public long BodyBytesMax { get; set; } = long.MaxValue;

    /// <summary>
    /// Reads one head. <paramref name="input"/> starts at the request's first byte in every call, and only grows until it
    /// is Done. After a Done head it starts the next request by itself.
    /// </summary>
    /// <param name="input">What the connection has sent and nobody has consumed.</param>
    /// <param name="consumed">Right after the empty line when Done; else the input's start: nothing.</param>
    /// <param name="examined">As <paramref name="consumed"/> when Done, else the input's end.</param>
    /// <returns>Rejected: see <see cref="Rejection"/>; it stays so until Reset.</returns>
    /// <exception cref="ArgumentException">The input is shorter than what was looked at before.</exception>
    public ParseStatus ParseHead(in ReadOnlySequence<byte> input, out SequencePosition consumed, out SequencePosition examined)
    {
        if (_head.IsDone)
            Reset();
        ParseStatus status = _head.Parse(input);
        if (status == ParseStatus.Done)
            _body.Start(IsChunked, ContentLength);
        consumed = status == ParseStatus.Done ? input.GetPosition(_head.Length) : input.Start;
        examined = status == ParseStatus.Done ? consumed : input.End;
        return status;
    }

    /// <summary>
    /// Decodes the body that follows a Done head and appends it to <paramref name="output"/>. A request without a body is
    /// Done at once; so is one whose body was read already.
    /// </summary>
    /// <param name="input">What follows the head, or what the last call did not consume.</param>
    /// <param name="output">Takes the decoded bytes; never more than <see cref="BodyBytesMax"/>.</param>
    /// <param name="consumed">NeedMore: the input's end. Done: right after the body. Rejected: the byte that is wrong.</param>
    /// <param name="examined">As <paramref name="consumed"/>.</param>
    /// <exception cref="InvalidOperationException">No head was read before.</exception>
    public ParseStatus ParseBody(
        in ReadOnlySequence<byte> input, IBufferWriter<byte> output, out SequencePosition consumed, out SequencePosition examined)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!_head.IsDone)
            throw new InvalidOperationException("The head comes first.");
        ParseStatus status = _body.Decode(input, output, BodyBytesMax, out long read);
        consumed = examined = input.GetPosition(read);
        return status;
    }

    /// <summary>Ready for the next request, or the next connection. What the spans pointed to is gone.</summary>
    public void Reset()
    {
        _head.Clear();
        _body.Start(isChunked: false, contentLength: -1);
    }
}
