using System.Globalization;

namespace RawSse.Protocol.Http;

/// <summary>The one place that turns a <see cref="HttpRejection"/> into what the client is told.</summary>
public static class HttpRejections
{
    /// <summary>The status code, 400–505. RFC 9110 §15, RFC 6585 §5.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="HttpRejection.None"/>, or no rejection at all.</exception>
    public static int StatusCode(HttpRejection rejection) => Describe(rejection).Status;

    /// <summary>A short machine-readable name in snake case: the <c>error</c> of the JSON body.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="HttpRejection.None"/>, or no rejection at all.</exception>
    public static string Name(HttpRejection rejection) => Describe(rejection).Name;

    /// <summary>A sentence that says what to change: the <c>detail</c> of the JSON body. ASCII without quotes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="HttpRejection.None"/>, or no rejection at all.</exception>
    public static string Detail(HttpRejection rejection) => Describe(rejection).Detail;

    private static (int Status, string Name, string Detail) Describe(HttpRejection rejection) => rejection switch
    {
        HttpRejection.BadRequestLine => (400, "bad_request_line",
            "Start the request with METHOD, one space, the target, one space, HTTP/1.1 and CR LF."),
        HttpRejection.MethodTooLong => (501, "method_too_long",
            "Use GET, HEAD, POST or OPTIONS."),
        HttpRejection.BadTarget => (400, "bad_target",
            "Ask for /path, for http://host/path, or for * with OPTIONS; percent-encode spaces, control characters, # and "
            + "everything that is not ASCII."),
        HttpRejection.UriTooLong => (414, "uri_too_long",
            string.Create(CultureInfo.InvariantCulture,
                $"Shorten the target to at most {HttpRequestParser.TargetBytesMax} bytes, and to less than --max-header-bytes.")),
        HttpRejection.VersionNotSupported => (505, "version_not_supported",
            "Speak HTTP/1.1 or HTTP/1.0; HTTP/2 needs a proxy in front."),
        HttpRejection.BadHeader => (400, "bad_header",
            "Write each header or trailer as Name: value on one line that ends in CR LF, with no space before the colon, no "
            + "continuation lines and no control characters."),
        HttpRejection.DuplicateHeader => (400, "duplicate_header",
            "Send Last-Event-ID, Origin, Idempotency-Key, Content-Type and Authorization at most once each."),
        HttpRejection.TooManyHeaders => (431, "too_many_headers",
            string.Create(CultureInfo.InvariantCulture, $"Send at most {HttpRequestParser.FieldCountMax} header lines.")),
        HttpRejection.HeadTooLarge => (431, "head_too_large",
            "Send fewer or shorter headers (cookies are the usual cause), or raise --max-header-bytes."),
        HttpRejection.BadHost => (400, "bad_host",
            "Send exactly one Host header with the form host or host:port."),
        HttpRejection.BadContentLength => (400, "bad_content_length",
            "Send Content-Length once, with decimal digits only."),
        HttpRejection.BadTransferEncoding => (400, "bad_transfer_encoding",
            "Send Transfer-Encoding once, in HTTP/1.1 only, and never together with Content-Length."),
        HttpRejection.UnsupportedTransferEncoding => (501, "unsupported_transfer_encoding",
            "Use Transfer-Encoding: chunked with no other coding, or Content-Length."),
        HttpRejection.BadExpectation => (417, "bad_expectation",
            "Send no Expect header other than 100-continue."),
        HttpRejection.BadChunk => (400, "bad_chunk",
            "Write each chunk as its size in 1 to 16 hex digits, short extensions if any, CR LF, exactly that many bytes "
            + "and CR LF."),
        HttpRejection.BodyTooLarge => (413, "body_too_large",
            "Send a shorter body, or raise the limit that the server was started with."),
        HttpRejection.LengthRequired => (411, "length_required",
            "Send Content-Length or Transfer-Encoding: chunked; an empty body needs Content-Length: 0."),
        _ => throw new ArgumentOutOfRangeException(nameof(rejection), rejection, "not a rejection"),
    };
}
