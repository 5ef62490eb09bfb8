using System.Buffers;
using System.Text;
using RawSse.Protocol.Http;

namespace RawSse.Protocol.Tests.Http;

/// <summary>The bounds at their real size, and that heads are neither scanned twice nor paid for with garbage.</summary>
public sealed class HttpBoundsTests
{
    private const int HeadBytesMax = 16 << 10;

    [TestCase(HttpRequestParser.TargetBytesMax, HttpRejection.None)]
    [TestCase(HttpRequestParser.TargetBytesMax + 1, HttpRejection.UriTooLong)]
    public void A_target_may_have_8_KiB(int bytes, HttpRejection rejection)
    {
        byte[] input = Encoding.ASCII.GetBytes("GET /" + new string('t', bytes - 1) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        string whole = HttpConversation.Whole(input, HeadBytesMax).Transcript;
        Assert.That(HttpConversation.Whole(input, HeadBytesMax).Rejection, Is.EqualTo(rejection));
        for (int cut = HttpRequestParser.TargetBytesMax - 2; cut < HttpRequestParser.TargetBytesMax + 10; cut++)
            Assert.That(HttpConversation.Cut(input, [cut], cut % 2 == 0, HeadBytesMax).Transcript, Is.EqualTo(whole));
    }

    [TestCase(HeadBytesMax, HttpRejection.None)]
    [TestCase(HeadBytesMax + 1, HttpRejection.HeadTooLarge)]
    public void A_head_may_have_what_the_parser_was_told(int bytes, HttpRejection rejection)
    {
        byte[] input = Encoding.ASCII.GetBytes(HttpCorpus.LongHead(bytes));
        Assert.That(HttpConversation.Whole(input, HeadBytesMax).Rejection, Is.EqualTo(rejection));
        int[] cuts = [.. Enumerable.Range(HeadBytesMax - 5, 6)];
        Assert.That(HttpConversation.Cut(input, cuts, true, HeadBytesMax).Rejection, Is.EqualTo(rejection));
    }

    [Test]
    public void Bytes_that_were_scanned_are_not_scanned_again()
    {
        // What was seen is overwritten with NUL, which any second look would refuse.
        byte[] head = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + new string('c', 16_000));
        int value = head.AsSpan().IndexOf("ccc"u8);
        HttpRequestParser parser = new(HeadBytesMax);
        for (int length = 1; length <= head.Length; length++)
        {
            ReadOnlySequence<byte> shown = new(head, 0, length);
            Assert.That(parser.ParseHead(shown, out _, out _), Is.EqualTo(ParseStatus.NeedMore));
            if (length > value)
                head[length - 1] = 0;
        }

        parser.Reset();
        ReadOnlySequence<byte> whole = new(head);
        Assert.That(parser.ParseHead(whole, out _, out _), Is.EqualTo(ParseStatus.Rejected), "the control");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_request_leaves_no_garbage(bool segmented)
    {
        byte[] get = Encoding.ASCII.GetBytes(HttpCorpus.Browser);
        byte[] post = Encoding.ASCII.GetBytes("POST /e HTTP/1.1\r\nHost: a\r\nAccept: a\r\nAccept: b\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
        ReadOnlySequence<byte>[] inputs = segmented
            ? [Segments.Of(get[..40], get[40..]), Segments.Of(post[..40], post[40..])]
            : [new(get), new(post)];
        HttpRequestParser parser = new(HeadBytesMax);
        ArrayBufferWriter<byte> output = new(64);
        Serve(parser, inputs, output, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int served = Serve(parser, inputs, output, 1_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That((served, allocated), Is.EqualTo((2_000, 0L)));
    }

    private static int Serve(HttpRequestParser parser, ReadOnlySequence<byte>[] inputs, ArrayBufferWriter<byte> output, int times)
    {
        int served = 0;
        for (int i = 0; i < times; i++)
        {
            foreach (ReadOnlySequence<byte> input in inputs)
            {
                output.ResetWrittenCount();
                bool isDone = parser.ParseHead(input, out SequencePosition consumed, out _) == ParseStatus.Done
                    && parser.ParseBody(input.Slice(consumed), output, out _, out _) == ParseStatus.Done;
                served += isDone && parser.Host.Length + parser.Path.Length + parser.Accept.Length > 0 ? 1 : 0;
                parser.Reset();
            }
        }

        return served;
    }
}
