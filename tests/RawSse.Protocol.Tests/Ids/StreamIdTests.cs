using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Tests.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Ids;

internal sealed class StreamIdTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,";
    private const ulong Fingerprint = 0x0123_4567_89AB_CDEF;

    private static readonly EventId[] s_two = [new(1795320800660, 0), new(1795320800661, 12)];

    /// <summary>Computed apart from this code (Python's hashlib); a change would make every stored id a gap.</summary>
    [TestCase("a b", 0x16275EF0F5D0EB9DUL)]
    [TestCase("news user:42", 0xA7C660844EE20F14)]
    [TestCase("é", 0xD1E9FA6240157AD2)]
    public void The_fingerprint_is_the_same_for_ever(string names, ulong expected) =>
        Assert.That(FingerprintOf(names.Split(' ')), Is.EqualTo(expected));

    [Test]
    public void The_fingerprint_tells_sets_apart_that_join_to_the_same_bytes()
    {
        string[][] sets = [["ab", "c"], ["a", "bc"], ["abc"], ["a", "b", "c"], ["ab"], ["a", "b"], []];
        Assert.That(sets.Select(FingerprintOf).Distinct().Count(), Is.EqualTo(sets.Length));
    }

    [Test]
    public void A_fingerprint_of_names_out_of_order_or_twice_is_a_bug_of_the_caller()
    {
        Assert.That(() => FingerprintOf(["b", "a"]), Throws.ArgumentException);
        Assert.That(() => FingerprintOf(["a", "a"]), Throws.ArgumentException);
    }

    [Test]
    public void An_id_looks_as_documented() =>
        Assert.That(Format(Fingerprint, s_two), Is.EqualTo("v1.4ZHMU9gytl,Q81TMMK,Q81TMML.C"));

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 1000)]
    public bool Every_id_round_trips_in_its_bounds_and_alphabet(EventId[] ids, EventId fingerprint)
    {
        byte[] text = Encoding.ASCII.GetBytes(Format(fingerprint.Milliseconds, ids));
        var read = new EventId[ids.Length];
        return StreamId.TryParse(text, fingerprint.Milliseconds, read)
            && read.AsSpan().SequenceEqual(ids)
            && text.Length <= StreamId.BytesMax(ids.Length)
            && text.All(character => Alphabet.Contains((char)character, StringComparison.Ordinal));
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 1000)]
    public bool No_id_can_be_read_as_the_other_kind(EventId[] ids, EventId plain)
    {
        byte[] text = Encoding.ASCII.GetBytes(Format(Fingerprint, ids));
        byte[] plainText = Encoding.ASCII.GetBytes(plain.ToString());
        return !EventId.TryParse(text, out _) && !StreamId.TryParse(plainText, Fingerprint, new EventId[ids.Length]);
    }

    [Test]
    public void Each_number_of_every_width_round_trips()
    {
        for (int bits = 0; bits <= 64; bits++)
        {
            ulong value = bits == 0 ? 0 : ulong.MaxValue >> (64 - bits);
            foreach (ulong number in new[] { value, value / 2 + 1, value - (value / 3) })
            {
                EventId[] ids = [new(number, number), new(0, number), new(number, 0)];
                var read = new EventId[3];
                Assert.That(StreamId.TryParse(Encoding.ASCII.GetBytes(Format(number, ids)), number, read), Is.True, $"{number}");
                Assert.That(read, Is.EqualTo(ids), $"{number}");
            }
        }
    }

    [Test]
    public void Eight_channels_of_ordinary_ids_take_at_most_128_bytes()
    {
        EventId[] ids = [.. Enumerable.Repeat(new EventId(9_999_999_999_999, 4095), 8)];
        Assert.That(Format(ulong.MaxValue, ids), Has.Length.LessThanOrEqualTo(128));
    }

    [Test]
    public void The_longest_id_fits_the_bound()
    {
        EventId[] ids = [.. Enumerable.Repeat(EventId.Max, StreamId.ChannelsMax)];
        Assert.That(Format(ulong.MaxValue, ids), Has.Length.EqualTo(StreamId.TextBytesMax));
        Assert.That(StreamId.BytesMax(StreamId.ChannelsMax), Is.EqualTo(StreamId.TextBytesMax));
        Assert.That(() => StreamId.BytesMax(StreamId.ChannelsMax + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => StreamId.Format(new byte[StreamId.BytesMax(2) - 1], 0, s_two), Throws.ArgumentException);
    }

    [Test]
    public void An_id_of_another_set_or_count_is_refused()
    {
        byte[] text = Encoding.ASCII.GetBytes(Format(Fingerprint, s_two));
        Assert.That(StreamId.TryParse(text, Fingerprint, new EventId[2]), Is.True);
        Assert.That(StreamId.TryParse(text, Fingerprint + 1, new EventId[2]), Is.False);
        Assert.That(StreamId.TryParse(text, 0, new EventId[2]), Is.False);
        Assert.That(StreamId.TryParse(text, Fingerprint, new EventId[1]), Is.False);
        Assert.That(StreamId.TryParse(text, Fingerprint, new EventId[3]), Is.False);
        Assert.That(StreamId.TryParse(text, Fingerprint, []), Is.False);
    }

    [TestCase("")]
    [TestCase(",0")]
    [TestCase(",")]
    [TestCase(",0,")]
    [TestCase(",,0")]
    [TestCase(",0,1,")]
    [TestCase(",00,1")]
    [TestCase(",0.0,1")]
    [TestCase(",0.,1")]
    [TestCase(",.1,1")]
    [TestCase(",0.01,1")]
    [TestCase(",0.1.1,1")]
    [TestCase(",0-1,1")]
    [TestCase(", 0,1")]
    [TestCase(",0,1 ")]
    [TestCase(",0,1\0")]
    [TestCase(",G0000000000,1")]
    [TestCase(",100000000000,1")]
    [TestCase(",0;1")]
    [TestCase("0,0,1")]
    public void Only_canonical_text_is_read(string ids)
    {
        string prefix = Format(Fingerprint, []);
        Assert.That(StreamId.TryParse(Encoding.ASCII.GetBytes(prefix + ",0,1"), Fingerprint, new EventId[2]), Is.True);
        Assert.That(StreamId.TryParse(Encoding.ASCII.GetBytes(prefix + ids), Fingerprint, new EventId[2]), Is.False);
    }

    [TestCase("v2.")]
    [TestCase("V1.")]
    [TestCase("v1")]
    [TestCase("")]
    public void Another_version_is_refused(string version)
    {
        string text = string.Concat(version, Format(Fingerprint, s_two).AsSpan(3));
        Assert.That(StreamId.TryParse(Encoding.ASCII.GetBytes(text), Fingerprint, new EventId[2]), Is.False);
    }

    [Test]
    public void Every_text_that_is_read_is_the_one_that_is_written()
    {
        byte[] text = Encoding.ASCII.GetBytes(Format(Fingerprint, s_two));
        var ids = new EventId[2];
        for (int at = 0; at < text.Length; at++)
        {
            byte kept = text[at];
            for (int value = 0; value < 256; value++)
            {
                text[at] = (byte)value;
                if (StreamId.TryParse(text, Fingerprint, ids))
                    Assert.That(Format(Fingerprint, ids), Is.EqualTo(Encoding.Latin1.GetString(text)));
            }

            text[at] = kept;
        }
    }

    [Test]
    public void Formatting_and_reading_leave_no_garbage()
    {
        byte[] text = new byte[StreamId.BytesMax(2)];
        var ids = new EventId[2];
        Assert.That(
            Allocations.Of(() => StreamId.TryParse(text.AsSpan(0, StreamId.Format(text, Fingerprint, s_two)), Fingerprint, ids)),
            Is.Zero);
        Assert.That(ids, Is.EqualTo(s_two));
    }

    private static ulong FingerprintOf(string[] names) =>
        StreamId.Fingerprint(names.Select(ChannelNameTests.Make).ToArray());

    private static string Format(ulong fingerprint, EventId[] ids)
    {
        var text = new byte[StreamId.BytesMax(ids.Length)];
        return Encoding.ASCII.GetString(text, 0, StreamId.Format(text, fingerprint, ids));
    }
}
