using System.Buffers;
using System.Globalization;
using System.Text;
using FsCheck;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

/// <summary>Bodies: their ends, their bounds, what is taken off them.</summary>
public sealed class HttpBodyTests
{
    private readonly HttpRequestParser _parser = new(1024);
    private readonly ArrayBufferWriter<byte> _output = new();

    private string Decoded => Encoding.Latin1.GetString(_output.WrittenSpan);

    [SetUp]
    public void Reset()
    {
        _parser.Reset();
        _parser.BodyBytesMax = long.MaxValue;
        _output.Clear();
    }

    [TestCase("", "rest", 0, "")]
    [TestCase("Content-Length: 0\r\n", "rest", 0, "")]
    [TestCase("Content-Length: 3\r\n", "abcrest", 3, "abc")]
    [TestCase("Transfer-Encoding: chunked\r\n", "0\r\n\r\nrest", 5, "")]
    [TestCase("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n1;x=\"y\"\r\nc\r\n00\r\nT: v\r\n\r\nrest", 31, "abc")]
    [TestCase("Transfer-Encoding: chunked\r\n", "000000000000000A\r\n0123456789\r\n0\r\n\r\n", 35, "0123456789")]
    [TestCase("Transfer-Encoding: chunked\r\n", "4\r\n\r\n\0\x7F\r\n0\r\n\r\n", 14, "\r\n\0\x7F")]
    public void A_body_ends_where_its_framing_says(string field, string input, int consumed, string body)
    {
        Head(field);
        Assert.That(Body(input, out long read), Is.EqualTo(ParseStatus.Done));
        Assert.That((read, Decoded, _parser.BodyBytes), Is.EqualTo(((long)consumed, body, (long)body.Length)));
        Assert.That(Body("rest", out read), Is.EqualTo(ParseStatus.Done), "a body that is done takes nothing more");
        Assert.That((read, Decoded), Is.EqualTo((0L, body)));
    }

    [Test]
    public void A_torn_body_is_consumed_as_it_comes()
    {
        Head("Content-Length: 5\r\n");
        Assert.That((Body("", out long read), read), Is.EqualTo((ParseStatus.NeedMore, 0L)));
        Assert.That((Body("ab", out read), read, _parser.BodyBytes), Is.EqualTo((ParseStatus.NeedMore, 2L, 2L)));
        Assert.That((Body("cdef", out read), read, _parser.BodyBytes), Is.EqualTo((ParseStatus.Done, 3L, 5L)));
        Assert.That(Decoded, Is.EqualTo("abcde"));
    }

    [TestCase("Content-Length: 5\r\n", "abcde", 5, ParseStatus.Done)]
    [TestCase("Content-Length: 6\r\n", "abcdef", 5, ParseStatus.Rejected)]
    [TestCase("Content-Length: 1\r\n", "a", 0, ParseStatus.Rejected)]
    [TestCase("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n", 5, ParseStatus.Done)]
    [TestCase("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n4\r\ncdef\r\n0\r\n\r\n", 5, ParseStatus.Rejected)]
    [TestCase("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", 0, ParseStatus.Done)]
    public void A_body_has_at_most_the_bytes_it_may(string field, string input, int bytesMax, ParseStatus expected)
    {
        _parser.BodyBytesMax = bytesMax;
        Head(field);
        Assert.That(Body(input, out _), Is.EqualTo(expected));
        Assert.That(_output.WrittenCount, Is.LessThanOrEqualTo(bytesMax));
        HttpRejection rejection = expected == ParseStatus.Done ? HttpRejection.None : HttpRejection.BodyTooLarge;
        Assert.That(_parser.Rejection, Is.EqualTo(rejection));
    }

    [Test]
    public void A_content_length_above_the_bound_is_refused_before_the_first_byte()
    {
        _parser.BodyBytesMax = 5;
        Head("Content-Length: 6\r\n");
        Assert.That(Body("", out _), Is.EqualTo(ParseStatus.Rejected));
        Assert.That((Body("abc", out long read), read), Is.EqualTo((ParseStatus.Rejected, 0L)));
        Assert.That(_parser.Rejection, Is.EqualTo(HttpRejection.BodyTooLarge));
    }

    [Test]
    public void A_refusal_in_a_chunk_stands_at_the_wrong_byte()
    {
        Head("Transfer-Encoding: chunked\r\n");
        Assert.That((Body("1\r\naX", out long read), read), Is.EqualTo((ParseStatus.Rejected, 4L)));
        Assert.That((Body("\r\n0\r\n\r\n", out read), read), Is.EqualTo((ParseStatus.Rejected, 0L)), "a refused body stays so");
        Assert.That(Decoded, Is.EqualTo("a"));
    }

    [Test]
    public void A_head_comes_before_a_body() =>
        Assert.That(() => Body("x", out _), Throws.InvalidOperationException);

    [TestCase(1)]
    [TestCase(4_095)]
    [TestCase(1_000_000)]
    public void A_large_body_comes_out_as_it_went_in(int chunkBytes)
    {
        byte[] data = new byte[3_000_000];
        new Random(5).NextBytes(data);
        Head("Transfer-Encoding: chunked\r\n");
        ReadOnlySequence<byte> input = Segments.Of([.. Chunks(data, chunkBytes).Chunk(65_537)]);
        Assert.That(_parser.ParseBody(input, _output, out SequencePosition consumed, out _), Is.EqualTo(ParseStatus.Done));
        Assert.That(input.Slice(consumed).IsEmpty);
        Assert.That(_output.WrittenSpan.SequenceEqual(data));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Any_data_in_any_chunks_and_pieces_comes_out_the_same(byte[] data, PositiveInt chunk, PositiveInt piece)
    {
        byte[] head = Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] input = [.. head, .. Chunks(data, chunk.Get)];
        HttpRequestParser parser = new(1024);
        ArrayBufferWriter<byte> output = new();
        ReadOnlySequence<byte> all = Segments.Of([.. input.Chunk(piece.Get)]);
        Assert.That(parser.ParseHead(all, out SequencePosition consumed, out _), Is.EqualTo(ParseStatus.Done));
        Assert.That(parser.ParseBody(all.Slice(consumed), output, out consumed, out _), Is.EqualTo(ParseStatus.Done));
        Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo(data));
        Assert.That(all.Slice(consumed).IsEmpty);
    }

    private static byte[] Chunks(byte[] data, int chunkBytes)
    {
        List<byte> framed = [];
        foreach (byte[] chunk in data.Chunk(chunkBytes))
        {
            framed.AddRange(Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
            framed.AddRange(chunk);
            framed.AddRange("\r\n"u8);
        }

        return [.. framed, .. "0\r\n\r\n"u8];
    }

    private void Head(string field)
    {
        byte[] head = Encoding.Latin1.GetBytes($"POST / HTTP/1.1\r\nHost: a\r\n{field}\r\n");
        Assert.That(_parser.ParseHead(new ReadOnlySequence<byte>(head), out _, out _), Is.EqualTo(ParseStatus.Done));
    }

    private ParseStatus Body(string text, out long read)
    {
        ReadOnlySequence<byte> input = new(Encoding.Latin1.GetBytes(text));
        ParseStatus status = _parser.ParseBody(input, _output, out SequencePosition consumed, out SequencePosition examined);
        Assert.That(examined, Is.EqualTo(consumed));
        read = input.Slice(0, consumed).Length;
        return status;
    }
}
