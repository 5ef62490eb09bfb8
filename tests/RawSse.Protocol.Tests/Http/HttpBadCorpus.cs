using RawSse.Protocol.Http;
using static RawSse.Protocol.Http.HttpRejection;

namespace RawSse.Protocol.Tests.Http;

/// <summary>What must be refused, with the reason: smuggling vectors, torn syntax, bounds.</summary>
internal static class HttpBadCorpus
{
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    public static IEnumerable<HttpSample> Samples =>
        [.. RequestLines, .. Targets, .. Fields, .. Hosts, .. Framing, .. Chunks, .. Bounds];

    private static IEnumerable<HttpSample> RequestLines =>
    [
        Bad("a TLS hello", "\x16\x03\x01\x02", BadRequestLine),
        Bad("HTTP/0.9", "GET /\r\n", BadRequestLine),
        Bad("two spaces before the target", "GET  / HTTP/1.1\r\n", BadRequestLine),
        Bad("two spaces after the target", "GET /  HTTP/1.1\r\n", BadRequestLine),
        Bad("a tab for a space", "GET\t/ HTTP/1.1\r\n", BadRequestLine),
        Bad("a space first", " GET / HTTP/1.1\r\n", BadRequestLine),
        Bad("a space in the target", "GET /a b HTTP/1.1\r\n", BadRequestLine),
        Bad("a space at the end", "GET / HTTP/1.1 \r\n", BadRequestLine),
        Bad("no method", "/ HTTP/1.1\r\n", BadRequestLine),
        Bad("a colon in the method", "GE:T / HTTP/1.1\r\n", BadRequestLine),
        Bad("line ends with LF", "GET / HTTP/1.1\nHost: a\n\n", BadRequestLine),
        Bad("line ends with CR", "GET / HTTP/1.1\rHost: a\r\r", BadRequestLine),
        Bad("CR CR LF", "GET / HTTP/1.1\r\r\n", BadRequestLine),
        Bad("LF before the request", "\nGET / HTTP/1.1\r\n", BadRequestLine),
        Bad("CR before the request", "\rGET / HTTP/1.1\r\n", BadRequestLine),
        Bad("five empty lines", "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", BadRequestLine),
        Bad("small letters in the version", "GET / http/1.1\r\n", BadRequestLine),
        Bad("a version of two digits", "GET / HTTP/1.10\r\n", BadRequestLine),
        Bad("a version without dot", "GET / HTTP/11\r\n", BadRequestLine),
        Bad("another protocol", "OPTIONS / RTSP/1.0\r\n", BadRequestLine),
        Bad("HTTP/1.2", "GET / HTTP/1.2\r\n", VersionNotSupported),
        Bad("HTTP/2.0", "GET / HTTP/2.0\r\n", VersionNotSupported),
        Bad("HTTP/0.9 in words", "GET / HTTP/0.9\r\n", VersionNotSupported),
        Bad("the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", VersionNotSupported),
        Bad("a method of 33 letters", new string('M', 33) + " / HTTP/1.1\r\n", MethodTooLong),
    ];

    private static IEnumerable<HttpSample> Targets =>
    [
        Bad("asterisk for GET", "GET * HTTP/1.1\r\n", BadTarget),
        Bad("CONNECT", "CONNECT a:443 HTTP/1.1\r\n", BadTarget),
        Bad("CONNECT with a path", "CONNECT / HTTP/1.1\r\n", BadTarget),
        Bad("authority form for GET", "GET a:80 HTTP/1.1\r\n", BadTarget),
        Bad("a path without slash", "GET events HTTP/1.1\r\n", BadTarget),
        Bad("a query alone", "GET ?x HTTP/1.1\r\n", BadTarget),
        Bad("another scheme", "GET ftp://a/ HTTP/1.1\r\n", BadTarget),
        Bad("no authority", "GET http:///x HTTP/1.1\r\n", BadTarget),
        Bad("user information", "GET http://me@a/ HTTP/1.1\r\n", BadTarget),
        Bad("user and password", "GET http://me:you@a/ HTTP/1.1\r\n", BadTarget),
        Bad("a bad authority", "GET http://[::1/ HTTP/1.1\r\n", BadTarget),
        Bad("a fragment", "GET /a#b HTTP/1.1\r\n", BadTarget),
        Bad("NUL in the target", "GET /a\0b HTTP/1.1\r\n", BadTarget),
        Bad("a tab in the target", "GET /a\tb HTTP/1.1\r\n", BadTarget),
        Bad("DEL in the target", "GET /a\x7F HTTP/1.1\r\n", BadTarget),
        Bad("raw UTF-8 in the target", "GET /\xC3\xBC HTTP/1.1\r\n", BadTarget),
    ];

    private static IEnumerable<HttpSample> Fields =>
    [
        BadField("a space before the colon", "X : y", BadHeader),
        BadField("Content-Length with a space before the colon", "Content-Length : 5", BadHeader),
        BadField("Transfer-Encoding with a tab before the colon", "Transfer-Encoding\t: chunked", BadHeader),
        BadField("obs-fold", "X: a\r\n b", BadHeader),
        BadField("obs-fold with a tab", "Transfer-Encoding:\r\n\tchunked", BadHeader),
        Bad("white space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", BadHeader),
        BadField("an empty name", ": x", BadHeader),
        BadField("no colon", "Nonsense", BadHeader),
        BadField("a control in the name", "X\x01Y: z", BadHeader),
        BadField("UTF-8 in the name", "X\xC3\xBC: z", BadHeader),
        BadField("NUL in the value", "X: a\0b", BadHeader),
        BadField("a bare CR in the value", "X: a\rb", BadHeader),
        BadField("CR CR LF at a line end", "X: a\r", BadHeader),
        BadField("a bare LF in the value", "X: a\nTransfer-Encoding: chunked", BadHeader),
        BadField("VT before chunked", "Transfer-Encoding: \vchunked", BadHeader),
        BadField("DEL in the value", "X: \x7F", BadHeader),
        Bad("LF for the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", BadHeader),
        Bad("CR alone for the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\rX", BadHeader),
        BadField("two ids", "Last-Event-ID: 1\r\nlast-event-id: 1", DuplicateHeader),
        BadField("two origins", "Origin: a\r\nOrigin:", DuplicateHeader),
        BadField("two keys", "Idempotency-Key:\r\nIdempotency-Key:", DuplicateHeader),
        BadField("two types", "Content-Type: a/b\r\nContent-Type: a/b", DuplicateHeader),
        BadField("two credentials", "Authorization: a\r\nAuthorization: b", DuplicateHeader),
        BadField("an expectation", "Expect: 200-ok", BadExpectation),
        BadField("two expectations", "Expect: 100-continue\r\nExpect: x", BadExpectation),
        BadField("an empty expectation", "Expect:", BadExpectation),
    ];

    private static IEnumerable<HttpSample> Hosts =>
    [
        Bad("no Host", "GET / HTTP/1.1\r\nX: y\r\n\r\n", BadHost),
        Bad("no Host with an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n", BadHost),
        Bad("a bad Host with an absolute target", "GET http://a/ HTTP/1.1\r\nHost: b@c\r\n\r\n", BadHost),
        BadField("Host twice", "Host: a", BadHost),
        Bad("Host twice in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nhOST: b\r\n\r\n", BadHost),
        .. new[]
        {
            "", "a b", "a/b", "a?b", "a#b", "me@a", "a,b", "a, b", "\xC3\xBC", ":80", "a:x", "a:80:90", "a:65536", "a:000080",
            "[::1", "[]", "[::1]x", "[1.2.3.4]", "[::1%eth0]", "[v1.x]", "::1", "a%2", "a%zz", "a\\b", "\"a\"", "http://a",
        }.Select(host => Bad($"Host: {host}", $"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n", BadHost)),
    ];

    private static IEnumerable<HttpSample> Framing =>
    [
        .. new[]
        {
            "", "+5", "-1", "5,5", "5, 5", "0x5", "5 5", "5;", "1e1", "\xB2", "9223372036854775808", "99999999999999999999",
        }.Select(length => BadField($"Content-Length: {length}", $"Content-Length: {length}", BadContentLength)),
        BadField("equal lengths", "Content-Length: 5\r\nContent-Length: 5", BadContentLength),
        BadField("CL.CL", "Content-Length: 5\r\nContent-Length: 6", BadContentLength),
        BadField("CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked", BadTransferEncoding),
        BadField("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 0", BadTransferEncoding),
        BadField("CL with an unknown TE", "Content-Length: 6\r\nTransfer-Encoding: x", BadTransferEncoding),
        BadField("TE.TE", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", BadTransferEncoding),
        BadField("TE.TE hidden", "Transfer-Encoding: chunked\r\nTransfer-encoding: cow", BadTransferEncoding),
        Bad("TE in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", BadTransferEncoding),
        .. new[]
        {
            "", "xchunked", "chunked,", "gzip", "gzip, chunked", "chunked, chunked", "chunked, identity", "identity",
            "chunked;q=1", "\"chunked\"", "\xA0" + "chunked", "chun ked",
        }.Select(coding => BadField($"Transfer-Encoding: {coding}", $"Transfer-Encoding: {coding}", UnsupportedTransferEncoding)),
        BadField("Content-Length above the bound", $"Content-Length: {HttpConversation.BodyBytesMax + 1}", BodyTooLarge, 1),
        BadField("the largest Content-Length", "Content-Length: 9223372036854775807", BodyTooLarge, 1),
    ];

    private static IEnumerable<HttpSample> Chunks =>
    [
        BadBody("no size", "\r\n", BadChunk),
        BadBody("no hex", "g\r\n", BadChunk),
        BadBody("a sign", "+1\r\nx\r\n", BadChunk),
        BadBody("a negative size", "-1\r\n", BadChunk),
        BadBody("0x", "0x1\r\nx\r\n", BadChunk),
        BadBody("a space first", " 1\r\nx\r\n", BadChunk),
        BadBody("a space last", "1 \r\nx\r\n", BadChunk),
        BadBody("LF after the size", "1\nx\r\n", BadChunk),
        BadBody("CR after the size", "1\rx\r\n", BadChunk),
        BadBody("LF in an extension", "1;a\nx\r\n", BadChunk),
        BadBody("CR in an extension", "1;a\rb\r\nx\r\n", BadChunk),
        BadBody("NUL in an extension", "1;a\0\r\nx\r\n", BadChunk),
        BadBody("data longer than its size", "1\r\nxy\r\n", BadChunk),
        BadBody("LF after the data", "1\r\nx\n0\r\n\r\n", BadChunk),
        BadBody("CR without LF after the data", "1\r\nx\r0\r\n\r\n", BadChunk),
        BadBody("a size of 17 digits", "00000000000000001\r\nx\r\n", BadChunk),
        BadBody("a size beyond 63 bits", "8000000000000000\r\n", BadChunk),
        BadBody("a size of all ones", "FFFFFFFFFFFFFFFF\r\n", BadChunk),
        BadBody("a size beyond 64 bits", "10000000000000001\r\n", BadChunk),
        BadBody("a chunk above the bound", $"{HttpConversation.BodyBytesMax + 1:X}\r\n", BodyTooLarge),
        BadBody("the largest size", "7FFFFFFFFFFFFFFF\r\n", BodyTooLarge),
        BadBody("chunks above the bound", "1\r\nx\r\n" + $"{HttpConversation.BodyBytesMax:x}\r\n", BodyTooLarge),
        BadBody("a trailer without colon", "0\r\nX\r\n\r\n", BadHeader),
        BadBody("a trailer with a space before the colon", "0\r\nX : y\r\n\r\n", BadHeader),
        BadBody("a trailer without name", "0\r\n: y\r\n\r\n", BadHeader),
        BadBody("a folded trailer", "0\r\nX: y\r\n z\r\n\r\n", BadHeader),
        BadBody("LF in a trailer", "0\r\nX: y\nZ: 1\r\n\r\n", BadHeader),
        BadBody("LF for the last line", "0\r\n\n", BadHeader),
        BadBody("CR without LF for the last line", "0\r\n\rGET / HTTP/1.1\r\n", BadHeader),
        BadBody("the next request for a trailer", "0\r\nGET / HTTP/1.1\r\n", BadHeader),
        BadBody("long extensions", "1;" + new string('e', HttpConversation.HeadBytesMax) + "\r\nx\r\n", BadChunk),
        BadBody("many extensions", string.Concat(Enumerable.Repeat("1;" + new string('e', 99) + "\r\nx\r\n", 11)), BadChunk),
        BadBody("long trailers", "0\r\nX: " + new string('t', HttpConversation.HeadBytesMax) + "\r\n\r\n", HeadTooLarge),
    ];

    private static IEnumerable<HttpSample> Bounds =>
    [
        Bad("a head that is a byte too long", HttpCorpus.LongHead(HttpConversation.HeadBytesMax + 1), HeadTooLarge),
        Bad("a head without end", "GET / HTTP/1.1\r\nX: " + new string('x', 3000), HeadTooLarge),
        Bad("a name without end", "GET / HTTP/1.1\r\n" + new string('x', 3000), HeadTooLarge),
        Bad("a mistake beyond the bound", "GET / HTTP/1.1\r\nX: " + new string('x', 1100) + "\0", HeadTooLarge),
        Bad("a mistake just before the bound", "GET / HTTP/1.1\r\nX: " + new string('x', 1004) + "\0", BadHeader),
        Bad("a target without end", "GET /" + new string('x', 3000), UriTooLong),
        Bad("a target that leaves no room", "GET /" + new string('x', 1020) + " HTTP/1.1\r\nHost: a\r\n\r\n", UriTooLong),
        Bad("a field too many", HttpCorpus.ManyFields(HttpRequestParser.FieldCountMax + 1), TooManyHeaders),
        Bad("a bad request behind a good one", HttpCorpus.Minimal + "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", BadHost, 1),
    ];

    private static HttpSample Bad(string name, string text, HttpRejection rejection, int requests = 0) =>
        new(name, text, rejection, requests);

    private static HttpSample BadField(string name, string field, HttpRejection rejection, int requests = 0) =>
        Bad(name, $"POST / HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\n", rejection, requests);

    private static HttpSample BadBody(string name, string body, HttpRejection rejection) =>
        Bad("chunks: " + name, Chunked + body, rejection, 1);
}
