namespace RawSse.Protocol.Tests.Http;

/// <summary>The same input gives the same answer however it arrives.</summary>
public sealed class HttpCutTests
{
    private static IEnumerable<HttpSample> Samples => HttpCorpus.All;

    [TestCaseSource(nameof(Samples))]
    public void Input_gives_what_it_must(HttpSample sample)
    {
        HttpConversation whole = HttpConversation.Whole(sample.Bytes);
        Assert.That((whole.Rejection, whole.Requests), Is.EqualTo((sample.Rejection, sample.Requests)), whole.Transcript);
    }

    [TestCaseSource(nameof(Samples))]
    public void Input_cut_at_every_place_gives_the_same(HttpSample sample)
    {
        byte[] bytes = sample.Bytes;
        string whole = HttpConversation.Whole(bytes).Transcript;
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Check(HttpConversation.Cut(bytes, [cut], segmented: false), whole, $"cut at {cut}");
            Check(HttpConversation.Cut(bytes, [cut], segmented: true), whole, $"cut at {cut}, two segments");
        }
    }

    [TestCaseSource(nameof(Samples))]
    public void Input_in_pieces_of_one_size_gives_the_same(HttpSample sample)
    {
        byte[] bytes = sample.Bytes;
        string whole = HttpConversation.Whole(bytes).Transcript;
        foreach (int size in new[] { 1, 2, 3, 7, 64 })
        {
            int[] cuts = [.. Enumerable.Range(1, bytes.Length).Where(cut => cut % size == 0)];
            Check(HttpConversation.Cut(bytes, cuts, segmented: false), whole, $"pieces of {size}");
            Check(HttpConversation.Cut(bytes, cuts, segmented: true), whole, $"pieces of {size}, kept as segments");
            Check(HttpConversation.InSegments(bytes, size), whole, $"whole, in segments of {size}");
        }
    }

    [TestCaseSource(nameof(Samples))]
    public void No_prefix_of_good_input_is_refused(HttpSample sample)
    {
        // And of bad input only those that hold the byte that is wrong: what follows it must not matter.
        int[] cuts = [.. Enumerable.Range(1, sample.Bytes.Length)];
        int rejectedAfter = HttpConversation.Cut(sample.Bytes, cuts, segmented: false).RejectedAfter;
        int end = rejectedAfter < 0 ? sample.Bytes.Length : rejectedAfter - 1;
        Assert.That(HttpConversation.Whole(sample.Bytes[..end]).RejectedAfter, Is.EqualTo(-1));
        if (rejectedAfter < 0)
            return;
        Assert.That(HttpConversation.Whole(sample.Bytes[..rejectedAfter]).Rejection, Is.EqualTo(sample.Rejection));
        byte[] otherTail = [.. sample.Bytes[..rejectedAfter], .. "\0\r\n\r\nnonsense"u8];
        Assert.That(HttpConversation.Whole(otherTail).Rejection, Is.EqualTo(sample.Rejection));
    }

    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nX: a\nb", '\n', 3)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b", '\0', 1)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nX : a", ' ', 4)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\n X", ' ', 4)]
    [TestCase("GET /a#b", '#', 1)]
    [TestCase("GET / HTTX/1.1", 'X', 1)]
    [TestCase("\u0016\u0003", '\u0016', 1)]
    public void It_is_refused_with_the_byte_that_is_wrong(string text, char wrong, int occurrence)
    {
        int at = -1;
        for (int i = 0; i < occurrence; i++)
            at = text.IndexOf(wrong, at + 1);
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text);
        int rejectedAfter = HttpConversation.Cut(bytes, Enumerable.Range(1, bytes.Length), segmented: false).RejectedAfter;
        Assert.That(rejectedAfter, Is.EqualTo(at + 1));
    }

    private static void Check(HttpConversation cut, string whole, string how)
    {
        // Not every comparison as an assertion: there are hundreds of thousands.
        if (cut.Transcript != whole)
            Assert.That(cut.Transcript, Is.EqualTo(whole), how);
    }
}
