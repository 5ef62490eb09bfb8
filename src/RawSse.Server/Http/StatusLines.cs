namespace RawSse.Server.Http;

/// <summary>Code, reason phrase and CRLF of the statuses that this server sends (RFC 9110 §15).</summary>
internal static class StatusLines
{
    public static ReadOnlySpan<byte> Of(int status) => status switch
    {
        200 => "200 OK\r\n"u8,
        204 => "204 No Content\r\n"u8,
        400 => "400 Bad Request\r\n"u8,
        403 => "403 Forbidden\r\n"u8,
        404 => "404 Not Found\r\n"u8,
        405 => "405 Method Not Allowed\r\n"u8,
        408 => "408 Request Timeout\r\n"u8,
        411 => "411 Length Required\r\n"u8,
        413 => "413 Content Too Large\r\n"u8,
        414 => "414 URI Too Long\r\n"u8,
        415 => "415 Unsupported Media Type\r\n"u8,
        417 => "417 Expectation Failed\r\n"u8,
        422 => "422 Unprocessable Content\r\n"u8,
        429 => "429 Too Many Requests\r\n"u8,
        431 => "431 Request Header Fields Too Large\r\n"u8,
        500 => "500 Internal Server Error\r\n"u8,
        501 => "501 Not Implemented\r\n"u8,
        503 => "503 Service Unavailable\r\n"u8,
        505 => "505 HTTP Version Not Supported\r\n"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "a status without a line"),
    };
}
