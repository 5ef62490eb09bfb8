namespace RawSse.Protocol.Http;

/// <summary>Why a request was refused; <see cref="HttpRejections"/> gives the status and the words.</summary>
public enum HttpRejection : byte
{
    /// <summary>It was not.</summary>
    None,
    /// <summary>Not <c>method SP target SP HTTP/x.y CRLF</c>, or too many empty lines before it.</summary>
    BadRequestLine,
    /// <summary>The method is longer than any that exists.</summary>
    MethodTooLong,
    /// <summary>A byte that no target may have, or a form that does not fit the method.</summary>
    BadTarget,
    /// <summary>The target is longer than <see cref="HttpRequestParser.TargetBytesMax"/>, or than a head may be.</summary>
    UriTooLong,
    /// <summary>Neither HTTP/1.0 nor HTTP/1.1.</summary>
    VersionNotSupported,
    /// <summary>Not <c>name ":" OWS value OWS CRLF</c>, in the head or in a chunked body's trailers.</summary>
    BadHeader,
    /// <summary>A field that may stand only once was given again.</summary>
    DuplicateHeader,
    /// <summary>More than <see cref="HttpRequestParser.FieldCountMax"/> field lines.</summary>
    TooManyHeaders,
    /// <summary>The head, or the trailers, are longer than the parser was told to take.</summary>
    HeadTooLarge,
    /// <summary>Host is missing in HTTP/1.1, given twice, or not <c>host[:port]</c>.</summary>
    BadHost,
    /// <summary>Content-Length is given twice, is not a number, or is too large for one.</summary>
    BadContentLength,
    /// <summary>Transfer-Encoding in HTTP/1.0, next to Content-Length, or given twice.</summary>
    BadTransferEncoding,
    /// <summary>A Transfer-Encoding other than exactly <c>chunked</c>.</summary>
    UnsupportedTransferEncoding,
    /// <summary>An Expect other than <c>100-continue</c>.</summary>
    BadExpectation,
    /// <summary>A chunk's size, extension or line end is not what RFC 9112 §7.1 says.</summary>
    BadChunk,
    /// <summary>The body is longer than <see cref="HttpRequestParser.BodyBytesMax"/>.</summary>
    BodyTooLarge,
    /// <summary>No length at all where a body is needed. For the server to say: the parser takes that as an empty body.</summary>
    LengthRequired,
}
