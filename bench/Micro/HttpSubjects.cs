using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using RawSse.Protocol;
using RawSse.Protocol.Http;
using RawSse.Server.Shards;

namespace RawSse.Bench.Micro;

/// <summary>Requests as they come from a connection: in one read, or with a second one that begins in their middle.</summary>
[BenchmarkCategory("http")]
public class HttpSubjects
{
    private const int HeadBytesMax = 16 << 10;

    private const string StreamRequest =
        "GET /events/news HTTP/1.1\r\n" +
        "Host: localhost:3000\r\n" +
        "Connection: keep-alive\r\n" +
        "sec-ch-ua-platform: \"Linux\"\r\n" +
        "Cache-Control: no-cache\r\n" +
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\n" +
        "Accept: text/event-stream\r\n" +
        "sec-ch-ua: \"Chromium\";v=\"142\", \"Not_A Brand\";v=\"99\"\r\n" +
        "sec-ch-ua-mobile: ?0\r\n" +
        "Last-Event-ID: 1795320800660-0\r\n" +
        "Sec-Fetch-Site: same-origin\r\n" +
        "Sec-Fetch-Mode: cors\r\n" +
        "Sec-Fetch-Dest: empty\r\n" +
        "Referer: http://localhost:3000/\r\n" +
        "Accept-Encoding: gzip, deflate, br, zstd\r\n" +
        "Accept-Language: en-GB,en;q=0.9\r\n" +
        "Cookie: session=2f6b1c9e4d7a4b7f8a1d3c5e7f902b46\r\n\r\n";

    private const string PublishHead =
        "POST /events/news?type=update HTTP/1.1\r\n" +
        "Host: localhost:3000\r\n" +
        "User-Agent: curl/8.14.1\r\n" +
        "Accept: */*\r\n" +
        "Content-Type: application/json\r\n" +
        "Content-Length: 100\r\n\r\n";

    private readonly HttpRequestParser _parser = new(HeadBytesMax);
    private readonly ByteBuffer _body = new();
    private readonly byte[] _get = Encoding.ASCII.GetBytes(StreamRequest);
    private readonly byte[] _post = Encoding.ASCII.GetBytes(PublishHead + new string('x', 100));

    [Subject("GET of a browser", BytesMax = 0)]
    public ParseStatus Get() => ParseHead(_get.Length, _get, out _);

    [Subject("GET of a browser, in two pieces", BytesMax = 0)]
    public ParseStatus GetInPieces()
    {
        ParseHead(_get.Length / 2, _get, out _);
        return ParseHead(_get.Length, _get, out _);
    }

    [Subject("POST with 100 bytes", BytesMax = 0)]
    public int Post()
    {
        ParseHead(_post.Length, _post, out ReadOnlySequence<byte> rest);
        return ParseBody(rest);
    }

    // Many clients write head and body apart.
    [Subject("POST with 100 bytes, head and body apart", BytesMax = 0)]
    public int PostInPieces()
    {
        ParseHead(PublishHead.Length, _post, out _);
        return ParseBody(new ReadOnlySequence<byte>(_post, PublishHead.Length, _post.Length - PublishHead.Length));
    }

    private ParseStatus ParseHead(int received, byte[] bytes, out ReadOnlySequence<byte> rest)
    {
        var input = new ReadOnlySequence<byte>(bytes, 0, received);
        ParseStatus status = _parser.ParseHead(input, out SequencePosition consumed, out _);
        rest = input.Slice(consumed);
        return status;
    }

    // What follows each answer: small memory is kept, larger is given back.
    private int ParseBody(in ReadOnlySequence<byte> input)
    {
        _parser.ParseBody(input, _body, out _, out _);
        int length = _body.Length;
        _body.Shrink();
        return length;
    }
}
