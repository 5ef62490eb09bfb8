using System.Text;
using RawSse.Protocol.Resp;
using RawSse.Protocol.Tests.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Resp;

internal sealed class RespReaderTests
{
    [Property(Arbitrary = [typeof(RespTree)], MaxTest = 1000)]
    public bool Any_value_is_framed_and_read(RespTree tree)
    {
        byte[] bytes = tree.Bytes;
        RespFramer framer = new(bytes.Length);
        return framer.Scan([.. bytes, .. "$-1\r\n"u8], out int length) == RespStatus.Done
            && length == bytes.Length
            && RespSample.Read(bytes) == tree.Transcript
            && RespOracle.Frame(bytes) == (RespStatus.Done, length);
    }

    [Property(Arbitrary = [typeof(RespTree)], MaxTest = 300)]
    public bool Any_value_is_framed_in_any_pieces(RespTree tree, int seed)
    {
        byte[] bytes = tree.Bytes;
        Random random = new(seed);
        RespFramer framer = new(bytes.Length);
        for (int end = 0; end < bytes.Length; end += random.Next(1, 40))
        {
            if (framer.Scan(bytes.AsSpan(0, end), out _) != RespStatus.NeedMore)
                return false;
        }

        return framer.Scan(bytes, out int length) == RespStatus.Done && length == bytes.Length;
    }

    /// <summary>Wherever one stands, a skip leads to what follows the value: the tree knows how many reads that spares.</summary>
    [Property(Arbitrary = [typeof(RespTree)], MaxTest = 500)]
    public bool A_skip_leaves_just_the_elements_behind(RespTree tree)
    {
        byte[] bytes = [.. tree.Bytes, .. "+end\r\n"u8];
        List<RespTree> order = [];
        Flatten(tree, order);
        for (int stop = 0; stop < order.Count; stop++)
        {
            RespReader reader = new(bytes);
            for (int i = 0; i <= stop; i++)
                reader.Read();
            RespType type = reader.Type;
            int count = reader.Count;
            reader.Skip();
            reader.Skip();
            if (reader.Type != type || reader.Count != count)
                return false;

            int rest = order.Count - stop - order[stop].Size;
            for (int i = 0; i < rest; i++)
                reader.Read();
            if (!reader.Read() || !reader.Text.SequenceEqual("end"u8) || reader.Read())
                return false;
        }

        return true;
    }

    [Test]
    public void Fields_are_picked_from_a_map_by_name()
    {
        RespReader reader = new("%3\r\n+first-entry\r\n*2\r\n$3\r\n1-1\r\n*0\r\n$6\r\nlength\r\n:7\r\n+groups\r\n:0\r\n"u8);
        long length = -1;
        Assert.That(reader.Read() && reader is { Type: RespType.Map, Count: 6 }, Is.True);
        while (reader.Read())
        {
            bool isLength = reader.Text.SequenceEqual("length"u8);
            Assert.That(reader.Read(), Is.True);
            if (isLength)
                length = reader.Integer;
            reader.Skip();
        }

        Assert.That(length, Is.EqualTo(7));
    }

    [Test]
    public void What_is_not_framed_ends_the_walk_at_every_cut()
    {
        byte[] bytes = "|1\r\n+ttl\r\n:5\r\n*3\r\n$5\r\nhello\r\n%1\r\n+a\r\n#t\r\n=6\r\ntxt:ab\r\n"u8.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            RespReader reader = new(bytes.AsSpan(0, length));
            int reads = 0;
            while (reader.Read())
                reads++;
            Assert.That(reads, Is.LessThan(6));
            Assert.That(reader.Read(), Is.False, "it stays at the end");

            RespReader skipper = new(bytes.AsSpan(0, length));
            skipper.Read();
            skipper.Skip();
            Assert.That(skipper.Read(), Is.False);
        }
    }

    [Test]
    public void Nothing_stands_before_the_first_read()
    {
        RespReader reader = new("+OK\r\n"u8);
        Assert.That(reader.Text.IsEmpty && reader is { Type: RespType.None, Count: 0, Integer: 0, IsNull: false }, Is.True);
        reader.Skip();
        Assert.That(reader.Read() && reader.Text.SequenceEqual("OK"u8), Is.True);
    }

    [Test]
    public void Framing_and_reading_leave_no_garbage()
    {
        byte[] bytes = Encoding.Latin1.GetBytes(
            string.Concat(RespCorpus.All.Concat(RespRecordings.All).Select(sample => sample.Text)));
        int values = 0;
        long sum = 0;
        long allocated = Allocations.Of(() =>
        {
            RespFramer framer = new(1 << 20);
            int start = 0;
            for (int end = 100; start < bytes.Length; end += 100)
            {
                int given = Math.Min(end, bytes.Length);
                while (framer.Scan(bytes.AsSpan(start, given - start), out int length) == RespStatus.Done)
                {
                    RespReader reader = new(bytes.AsSpan(start, length));
                    while (reader.Read())
                        sum += reader.Text.Length + reader.Integer;
                    values++;
                    start += length;
                }
            }
        });
        Assert.That(values, Is.EqualTo(201 * (RespCorpus.All.Length + RespRecordings.All.Length)));
        Assert.That(sum, Is.Not.Zero);
        Assert.That(allocated, Is.Zero);
    }

    private static void Flatten(RespTree tree, List<RespTree> order)
    {
        order.Add(tree);
        foreach (RespTree child in tree.Children)
            Flatten(child, order);
    }
}
