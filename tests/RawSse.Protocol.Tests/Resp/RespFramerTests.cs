using System.Text;
using RawSse.Protocol.Resp;

namespace RawSse.Protocol.Tests.Resp;

internal sealed class RespFramerTests
{
    private const int BytesMax = 1 << 20;

    private static readonly RespSample[] s_samples = [.. RespCorpus.All, .. RespRecordings.All];
    private static readonly string[] s_malformed = RespCorpus.Malformed;

    [TestCaseSource(nameof(s_samples))]
    public void A_whole_value_is_framed_and_read(RespSample sample)
    {
        byte[] bytes = sample.Bytes;
        RespFramer framer = new(BytesMax);
        Assert.That(framer.Scan(bytes, out int length), Is.EqualTo(RespStatus.Done));
        Assert.That(length, Is.EqualTo(bytes.Length));
        Assert.That(RespSample.Read(bytes), Is.EqualTo(sample.Transcript));
    }

    [TestCaseSource(nameof(s_samples))]
    public void A_value_cut_anywhere_needs_more_and_then_is_framed(RespSample sample)
    {
        byte[] bytes = [.. sample.Bytes, .. "+next\r\n"u8];
        int whole = sample.Bytes.Length;
        for (int cut = 0; cut < whole; cut += whole > 1000 ? 997 : 1)
        {
            RespFramer framer = new(BytesMax);
            Assert.That(framer.Scan(bytes.AsSpan(0, cut), out int none), Is.EqualTo(RespStatus.NeedMore), () => $"cut at {cut}");
            Assert.That(none, Is.Zero);
            Assert.That(framer.Scan(bytes, out int length), Is.EqualTo(RespStatus.Done), () => $"cut at {cut}");
            Assert.That(length, Is.EqualTo(whole), () => $"cut at {cut}");
            Assert.That(framer.Scan(bytes.AsSpan(length), out length), Is.EqualTo(RespStatus.Done));
            Assert.That(length, Is.EqualTo(7));
        }
    }

    [Test]
    public void Values_behind_one_another_are_framed_byte_by_byte()
    {
        byte[] bytes = [.. s_samples.Where(sample => sample.Text.Length < 1000).SelectMany(sample => sample.Bytes)];
        RespFramer framer = new(BytesMax);
        List<string> found = [];
        int start = 0;
        for (int end = 0; end <= bytes.Length; end++)
        {
            if (framer.Scan(bytes.AsSpan(start, end - start), out int length) != RespStatus.Done)
                continue;
            Assert.That(start + length, Is.EqualTo(end), "found as soon as it is whole");
            found.Add(RespSample.Read(bytes.AsSpan(start, length)));
            start += length;
        }

        Assert.That(start, Is.EqualTo(bytes.Length));
        Assert.That(found, Is.EqualTo(s_samples.Where(sample => sample.Text.Length < 1000).Select(sample => sample.Transcript)));
    }

    [TestCaseSource(nameof(s_malformed))]
    public void What_is_not_resp_is_refused_however_it_comes(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        RespFramer whole = new(BytesMax);
        Assert.That(whole.Scan(bytes, out _), Is.EqualTo(RespStatus.Malformed));
        Assert.That(whole.Scan(bytes, out int length), Is.EqualTo(RespStatus.Malformed), "it stays refused");
        Assert.That(length, Is.Zero);

        RespFramer torn = new(BytesMax);
        int end = 0;
        RespStatus status = RespStatus.NeedMore;
        while (status == RespStatus.NeedMore && end <= bytes.Length)
            status = torn.Scan(bytes.AsSpan(0, end++), out _);
        Assert.That(status, Is.EqualTo(RespStatus.Malformed));
        Assert.That(() => RespSample.Read(bytes), Throws.Nothing);
    }

    /// <summary>What was scanned is spoilt behind the framer's back: had it started over, it would have noticed.</summary>
    [Test]
    public void A_long_value_in_pieces_is_not_scanned_from_its_beginning_again()
    {
        const int Elements = 40_000;
        const int Piece = 4096;
        byte[] element = "*2\r\n$15\r\n1795320800660-0\r\n*2\r\n$4\r\ndata\r\n$300\r\n"u8.ToArray();
        byte[] body = [.. Enumerable.Repeat((byte)'x', 300), .. "\r\n"u8];
        List<byte> bytes = [.. Encoding.ASCII.GetBytes($"*{Elements}\r\n")];
        for (int i = 0; i < Elements; i++)
        {
            bytes.AddRange(element);
            bytes.AddRange(body);
        }

        byte[] reply = [.. bytes];
        RespFramer framer = new(reply.Length);
        int end = Piece;
        for (; framer.Scan(reply.AsSpan(0, Math.Min(end, reply.Length)), out int length) == RespStatus.NeedMore; end += Piece)
        {
            Assert.That(length, Is.Zero);
            reply.AsSpan(0, end - element.Length - body.Length).Clear();
        }

        Assert.That(end, Is.GreaterThanOrEqualTo(reply.Length).And.LessThan(reply.Length + Piece));
    }

    [Test]
    public void A_long_line_in_pieces_is_not_searched_from_its_beginning_again()
    {
        byte[] line = Encoding.ASCII.GetBytes($"+{new string('x', 1000)}\r\n");
        RespFramer framer = new(BytesMax);
        Assert.That(framer.Scan(line.AsSpan(0, 900), out _), Is.EqualTo(RespStatus.NeedMore));
        line.AsSpan(1, 899).Fill((byte)'\n');
        Assert.That(framer.Scan(line, out int length), Is.EqualTo(RespStatus.Done));
        Assert.That(length, Is.EqualTo(line.Length));
    }
}
