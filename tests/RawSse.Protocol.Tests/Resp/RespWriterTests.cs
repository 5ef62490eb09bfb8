using System.Buffers;
using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;
using RawSse.Protocol.Tests.Ids;
using RawSse.Protocol.Tests.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Resp;

internal sealed class RespWriterTests
{
    [Test]
    public void A_command_is_an_array_of_bulks()
    {
        ArrayBufferWriter<byte> output = new();
        RespWriter.WriteCommand(output, 5);
        RespWriter.WriteBulk(output, "XREAD"u8);
        RespWriter.WriteBulk(output, ""u8);
        RespWriter.WriteBulk(output, -10);
        RespWriter.WriteBulk(output, ulong.MaxValue);
        RespWriter.WriteBulk(output, new EventId(1795320800660, 7));
        Assert.That(
            Encoding.ASCII.GetString(output.WrittenSpan),
            Is.EqualTo("*5\r\n$5\r\nXREAD\r\n$0\r\n\r\n$3\r\n-10\r\n$20\r\n18446744073709551615\r\n$15\r\n1795320800660-7\r\n"));
    }

    [Property(Arbitrary = [typeof(Arbitraries), typeof(Payloads)], MaxTest = 500)]
    public bool What_is_written_is_framed_and_read_back(Payload text, long number, ulong count, EventId id)
    {
        ArrayBufferWriter<byte> output = new();
        RespWriter.WriteCommand(output, 4);
        RespWriter.WriteBulk(output, text.Utf8);
        RespWriter.WriteBulk(output, number);
        RespWriter.WriteBulk(output, count);
        RespWriter.WriteBulk(output, id);

        RespFramer framer = new(output.WrittenCount);
        if (framer.Scan(output.WrittenSpan, out int length) != RespStatus.Done || length != output.WrittenCount)
            return false;
        RespReader reader = new(output.WrittenSpan);
        return reader.Read() && reader is { Type: RespType.Array, Count: 4 }
            && reader.Read() && reader.Text.SequenceEqual(text.Utf8)
            && reader.Read() && Encoding.ASCII.GetString(reader.Text) == $"{number}"
            && reader.Read() && Encoding.ASCII.GetString(reader.Text) == $"{count}"
            && reader.Read() && Encoding.ASCII.GetString(reader.Text) == $"{id}"
            && !reader.Read();
    }

    [Test]
    public void The_longest_numbers_fit()
    {
        ArrayBufferWriter<byte> output = new();
        RespWriter.WriteCommand(output, int.MaxValue);
        RespWriter.WriteBulk(output, long.MinValue);
        RespWriter.WriteBulk(output, EventId.Max);
        Assert.That(
            Encoding.ASCII.GetString(output.WrittenSpan),
            Is.EqualTo("*2147483647\r\n$20\r\n-9223372036854775808\r\n$41\r\n18446744073709551615-18446744073709551615\r\n"));
    }
}
