using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

/// <summary>Good input. The bad is in <see cref="HttpBadCorpus"/>; <see cref="All"/> has both.</summary>
internal static class HttpCorpus
{
    public const string Browser =
        "GET /events/news?lastEventId=5-0&from=earliest HTTP/1.1\r\nHost: localhost:3000\r\nConnection: keep-alive\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n"
        + "Origin: http://localhost:3000\r\nLast-Event-ID: 1795320800660-0\r\nSec-Fetch-Mode: cors\r\n"
        + "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\n\r\n";

    public const string Minimal = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    public static IEnumerable<HttpSample> Good =>
    [
        Fine("nothing", "", 0),
        Fine("a browser's EventSource", Browser),
        Fine("the shortest", Minimal),
        Fine("curl -d", "POST /events/news HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nUser-Agent: curl/8\r\nAccept: */*\r\n"
            + "Content-Length: 5\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nhello"),
        Fine("HTTP/1.0 without Host", "GET /healthz HTTP/1.0\r\n\r\n"),
        Fine("HTTP/1.0 keep-alive", "GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n"),
        Fine("empty lines first", "\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Fine("absolute form", "GET HTTP://Example.com:8080/a/b?c=d HTTP/1.1\r\nHost: other\r\n\r\n"),
        Fine("absolute form without path", "GET https://[::1]:3000?x=1 HTTP/1.1\r\nHost: other\r\n\r\n"),
        Fine("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Fine("OPTIONS of an absolute server", "OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Fine("another method", "PATCH /x HTTP/1.1\r\nHost: a\r\n\r\n"),
        Fine("a small letter makes another method", "get /x HTTP/1.1\r\nHost: a\r\n\r\n"),
        Fine("white space around values", "GET / HTTP/1.1\r\nHost:\t a \t\r\nLast-Event-ID:\r\nOrigin: \t \r\n\r\n"),
        Fine("UTF-8 id", "GET / HTTP/1.1\r\nHost: a\r\nLast-Event-ID: \xE2\x82\xAC\xF0\x9F\x98\x80\r\n\r\n"),
        Fine("several Accept", "GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\naccept: text/event-stream;q=0.5\r\n"
            + "ACCEPT: */*\r\n\r\n"),
        Fine("Connection lists", "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade ,\tClOsE\r\nConnection: x,,y\r\n\r\n"),
        Fine("100-continue", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nok"),
        Fine("Expect is ignored in 1.0", "POST / HTTP/1.0\r\nExpect: fire\r\nContent-Length: 2\r\n\r\nok"),
        Fine("all fields", "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nIdempotency-Key: k 1\r\n"
            + "Authorization: Bearer abc\r\nOrigin: null\r\nContent-Length: 0\r\n\r\n"),
        Fine("chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "5\r\nhello\r\n00A\r\n, world..\n\r\n0\r\n\r\n"),
        Fine("chunk extensions and trailers", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3;a=b;c=\"d;e\"\r\nabc\r\n1 \t; x\r\n\r\r\n0;last\r\nX-Sum: 1\r\nContent-Length:\t5\r\nY:\r\n\r\n"),
        Fine("no chunk but the last", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Fine("a body on GET", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
        Fine("pipelined", Minimal + "POST /b HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nxyz\r\n" + Minimal
            + "POST /c HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nq\r\n0\r\n\r\n" + Minimal, 5),
        Fine("half a head", "GET / HTTP/1.1\r\nHost: a\r\nX-Half: ", 0),
        Fine("a CR that waits for its LF", "GET / HTTP/1.1\r\nHost: a\r\n\r", 0),
        Fine("half a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"),
        Fine("half a chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
        Fine("a body as long as allowed", $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {HttpConversation.BodyBytesMax}\r\n\r\n"
            + new string('b', (int)HttpConversation.BodyBytesMax)),
        Fine("a head as long as allowed", LongHead(HttpConversation.HeadBytesMax)),
        Fine("as many fields as allowed", ManyFields(HttpRequestParser.FieldCountMax)),
        Fine("a percent-encoded host", "GET / HTTP/1.1\r\nHost: a%20b_c~!$&'()*+;=:\r\n\r\n"),
        Fine("a target of all that is allowed", "GET /!\"$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~ HTTP/1.1\r\nHost: a\r\n\r\n"),
    ];

    public static IEnumerable<HttpSample> All => Good.Concat(HttpBadCorpus.Samples);

    /// <summary>A good request of exactly so many bytes.</summary>
    public static string LongHead(int bytes)
    {
        const string Start = "GET / HTTP/1.1\r\nHost: a\r\nCookie: ";
        return Start + new string('c', bytes - Start.Length - 4) + "\r\n\r\n";
    }

    /// <summary>A request with so many field lines, Host among them.</summary>
    public static string ManyFields(int count) =>
        "GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Repeat("a:b\r\n", count - 1)) + "\r\n";

    private static HttpSample Fine(string name, string text, int requests = 1) => new(name, text, HttpRejection.None, requests);
}
