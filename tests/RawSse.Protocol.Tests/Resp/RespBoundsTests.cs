using System.Text;
using RawSse.Protocol.Resp;

namespace RawSse.Protocol.Tests.Resp;

internal sealed class RespBoundsTests
{
    [Test]
    public void A_value_of_just_the_bound_is_framed_and_one_byte_more_refused()
    {
        foreach (RespSample sample in RespCorpus.All)
        {
            byte[] bytes = sample.Bytes;
            RespFramer wide = new(bytes.Length);
            Assert.That(wide.Scan([.. bytes, .. "+next\r\n"u8], out int length), Is.EqualTo(RespStatus.Done), sample.ToString());
            Assert.That(length, Is.EqualTo(bytes.Length));

            RespFramer narrow = new(bytes.Length - 1);
            Assert.That(narrow.Scan(bytes, out length), Is.EqualTo(RespStatus.TooLarge), sample.ToString());
            Assert.That(narrow.Scan(bytes, out length), Is.EqualTo(RespStatus.TooLarge), "it stays refused");
            Assert.That(length, Is.Zero);
        }
    }

    [TestCase("$95\r\n", RespStatus.TooLarge)]
    [TestCase("$93\r\n", RespStatus.NeedMore)]
    [TestCase("$2147483647\r\n", RespStatus.TooLarge)]
    [TestCase("$9223372036854775807\r\n", RespStatus.TooLarge)]
    [TestCase("*32\r\n", RespStatus.TooLarge)]
    [TestCase("*31\r\n", RespStatus.NeedMore)]
    [TestCase("*2147483647\r\n", RespStatus.TooLarge)]
    [TestCase("*9223372036854775807\r\n", RespStatus.TooLarge)]
    [TestCase("%1073741824\r\n", RespStatus.TooLarge)]
    [TestCase("%16\r\n", RespStatus.TooLarge)]
    [TestCase("%15\r\n", RespStatus.NeedMore)]
    [TestCase("~32\r\n", RespStatus.TooLarge)]
    [TestCase(">32\r\n", RespStatus.TooLarge)]
    [TestCase("|15\r\n", RespStatus.NeedMore)]
    [TestCase("|16\r\n", RespStatus.TooLarge)]
    [TestCase("*10\r\n*20\r\n", RespStatus.NeedMore)]
    [TestCase("*10\r\n*22\r\n", RespStatus.TooLarge)]
    [TestCase("*10\r\n$60\r\n", RespStatus.NeedMore)]
    [TestCase("*10\r\n$70\r\n", RespStatus.TooLarge)]
    public void What_a_header_promises_must_fit_a_bound_of_100_bytes(string header, RespStatus expected)
    {
        RespFramer framer = new(100);
        Assert.That(framer.Scan(Encoding.ASCII.GetBytes(header), out _), Is.EqualTo(expected));
    }

    [TestCase("*1\r\n")]
    [TestCase("*1\r\n|1\r\n+a\r\n+b\r\n")]
    [TestCase("*1\r\n|0\r\n")]
    [TestCase("%1\r\n:1\r\n")]
    [TestCase("|1\r\n:1\r\n")]
    public void Aggregates_deeper_than_the_bound_are_refused(string level)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat(level, RespFramer.DepthMax)) + "*1\r\n:1\r\n");
        RespFramer framer = new(1000);
        Assert.That(framer.Scan(bytes, out _), Is.EqualTo(RespStatus.TooLarge));
        Assert.That(framer.Scan(bytes, out _), Is.EqualTo(RespStatus.TooLarge), "it stays refused");
    }

    [Test]
    public void Depth_is_that_of_open_aggregates_not_their_number()
    {
        string text = "*40\r\n" + string.Concat(Enumerable.Repeat("*1\r\n%1\r\n|1\r\n:1\r\n:2\r\n:3\r\n*0\r\n", 40));
        RespFramer framer = new(text.Length);
        Assert.That(framer.Scan(Encoding.ASCII.GetBytes(text), out int length), Is.EqualTo(RespStatus.Done));
        Assert.That(length, Is.EqualTo(text.Length));
    }

    [TestCase('+')]
    [TestCase('-')]
    [TestCase(',')]
    [TestCase('(')]
    public void A_line_longer_than_the_bound_is_refused_with_and_without_its_end(char type)
    {
        byte[] line = Encoding.ASCII.GetBytes($"{type}{new string('1', RespFramer.LineBytesMax + 1)}\r\n");
        for (int end = line.Length - 2; end <= line.Length; end++)
        {
            RespFramer framer = new(1 << 20);
            Assert.That(framer.Scan(line.AsSpan(0, end), out _), Is.EqualTo(RespStatus.TooLarge));
        }
    }

    [TestCase("*3\r\n:1\r\n", RespStatus.Done, RespType.Array, 3, 4)]
    [TestCase("*0\r\n", RespStatus.Done, RespType.Array, 0, 4)]
    [TestCase("%3\r\n", RespStatus.Done, RespType.Map, 6, 4)]
    [TestCase("~3\r\n", RespStatus.Done, RespType.Set, 3, 4)]
    [TestCase(">12\r\n$", RespStatus.Done, RespType.Push, 12, 5)]
    [TestCase("*2147483647\r\n", RespStatus.Done, RespType.Array, 2147483647, 13)]
    [TestCase("*2147483648\r\n", RespStatus.TooLarge, RespType.Array, 0, 0)]
    [TestCase("", RespStatus.NeedMore, RespType.None, 0, 0)]
    [TestCase("*", RespStatus.NeedMore, RespType.Array, 0, 0)]
    [TestCase("*3\r", RespStatus.NeedMore, RespType.Array, 0, 0)]
    [TestCase("*x", RespStatus.Malformed, RespType.Array, 0, 0)]
    [TestCase("*-1\r\n", RespStatus.Done, RespType.Null, 0, 0)]
    [TestCase("-ERR", RespStatus.Done, RespType.SimpleError, 0, 0)]
    [TestCase("|1\r\n", RespStatus.Done, RespType.Attribute, 0, 0)]
    [TestCase("$5", RespStatus.Done, RespType.BulkString, 0, 0)]
    public void A_header_alone_is_read_for_who_takes_the_elements_himself(
        string text, RespStatus expected, RespType expectedType, long expectedCount, int expectedLength)
    {
        RespStatus status = RespFramer.ReadAggregateHeader(
            Encoding.ASCII.GetBytes(text), out RespType type, out long count, out int length);
        Assert.That((status, type, count, length), Is.EqualTo((expected, expectedType, expectedCount, expectedLength)));
    }
}
