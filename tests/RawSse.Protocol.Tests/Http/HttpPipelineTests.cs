using System.Buffers;
using System.Text;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

/// <summary>Requests that follow each other in one input.</summary>
public sealed class HttpPipelineTests
{
    private const string Input =
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
        + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 28\r\n\r\nGET /smuggled HTTP/1.1\r\nHost\r\n"
        + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n"
        + "HEAD /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    [TestCase(1)]
    [TestCase(13)]
    [TestCase(100_000)]
    public void Each_request_begins_where_the_last_one_ends(int segmentBytes)
    {
        ReadOnlySequence<byte> rest = Segments.Of([.. Encoding.ASCII.GetBytes(Input).Chunk(segmentBytes)]);
        HttpRequestParser parser = new(1024);
        ArrayBufferWriter<byte> body = new();
        List<string> seen = [];
        while (!rest.IsEmpty)
        {
            Assert.That(parser.ParseHead(rest, out SequencePosition consumed, out _), Is.EqualTo(ParseStatus.Done));
            rest = rest.Slice(consumed);
            seen.Add(Encoding.ASCII.GetString(parser.Path));
            body.Clear();
            Assert.That(parser.ParseBody(rest, body, out consumed, out _), Is.EqualTo(ParseStatus.Done));
            rest = rest.Slice(consumed);
            seen.Add(Encoding.ASCII.GetString(body.WrittenSpan));
        }

        Assert.That(seen, Is.EqualTo(new[] { "/1", "", "/2", "GET /smuggled HTTP/1.1\r\nHost", "/3", "abc", "/4", "" }));
        Assert.That(parser.KeepAlive, Is.False);
    }

    [Test]
    public void A_done_head_makes_way_for_the_next_without_reset()
    {
        HttpRequestParser parser = new(1024);
        ReadOnlySequence<byte> rest = new(Encoding.ASCII.GetBytes(HttpCorpus.Browser + HttpCorpus.Minimal));
        Assert.That(parser.ParseHead(rest, out SequencePosition consumed, out _), Is.EqualTo(ParseStatus.Done));
        rest = rest.Slice(consumed);
        Assert.That(parser.ParseHead(rest, out consumed, out _), Is.EqualTo(ParseStatus.Done));
        Assert.That((Encoding.ASCII.GetString(parser.Host), parser.HasLastEventId), Is.EqualTo(("a", false)));
        Assert.That(rest.Slice(consumed).IsEmpty);
    }

    [Test]
    public void A_parser_can_change_between_connections_that_have_half_a_head()
    {
        // One parser may serve many connections if it is reset and shown the connection's bytes again from the start.
        HttpRequestParser parser = new(1024);
        ReadOnlySequence<byte> half = new(Encoding.ASCII.GetBytes(HttpCorpus.Browser[..100]));
        Assert.That(parser.ParseHead(half, out _, out _), Is.EqualTo(ParseStatus.NeedMore));
        parser.Reset();
        ReadOnlySequence<byte> other = Segments.Of("GET / HTTP/1.1\r\nHo"u8.ToArray(), "st: a\r\n\r\n"u8.ToArray());
        Assert.That(parser.ParseHead(other, out _, out _), Is.EqualTo(ParseStatus.Done));
        parser.Reset();
        ReadOnlySequence<byte> whole = new(Encoding.ASCII.GetBytes(HttpCorpus.Browser));
        Assert.That(parser.ParseHead(whole, out _, out _), Is.EqualTo(ParseStatus.Done));
        Assert.That(Encoding.ASCII.GetString(parser.LastEventId), Is.EqualTo("1795320800660-0"));
    }
}
