using System.Numerics;
using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Tests.Sse;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace RawSse.Protocol.Tests.Ids;

internal sealed class EventIdTests
{
    [TestCase("0-0", 0UL, 0UL)]
    [TestCase("1795320800660-0", 1795320800660UL, 0UL)]
    [TestCase("1-18446744073709551615", 1UL, ulong.MaxValue)]
    [TestCase("18446744073709551615-18446744073709551615", ulong.MaxValue, ulong.MaxValue)]
    [TestCase("9999999999999999999-10000000000000000000", 9999999999999999999UL, 10000000000000000000UL)]
    public void An_id_is_read_from_its_text_and_written_back(string text, ulong milliseconds, ulong sequence)
    {
        Assert.That(EventId.TryParse(Encoding.ASCII.GetBytes(text), out EventId id), Is.True);
        Assert.That(id, Is.EqualTo(new EventId(milliseconds, sequence)));
        Assert.That(id.ToString(), Is.EqualTo(text));
        Assert.That(id.MeasureText(), Is.EqualTo(text.Length));
    }

    [TestCase("")]
    [TestCase("-")]
    [TestCase("0")]
    [TestCase("5")]
    [TestCase("5-")]
    [TestCase("-5")]
    [TestCase("5--5")]
    [TestCase("5-5-5")]
    [TestCase("+5-5")]
    [TestCase("5-+5")]
    [TestCase(" 5-5")]
    [TestCase("5-5 ")]
    [TestCase("5 -5")]
    [TestCase("05-5")]
    [TestCase("5-05")]
    [TestCase("00-0")]
    [TestCase("0-00")]
    [TestCase("0x5-5")]
    [TestCase("5-a")]
    [TestCase("5-5\0")]
    [TestCase("5-5\n")]
    [TestCase("18446744073709551616-0")]
    [TestCase("0-18446744073709551616")]
    [TestCase("20000000000000000000-0")]
    [TestCase("99999999999999999999-0")]
    [TestCase("100000000000000000000-0")]
    [TestCase("٥-٥")]
    public void Any_other_text_is_refused(string text)
    {
        Assert.That(EventId.TryParse(Encoding.UTF8.GetBytes(text), out EventId id), Is.False);
        Assert.That(id, Is.EqualTo(EventId.Zero));
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 1000)]
    public bool Every_id_round_trips(EventId id)
    {
        Span<byte> text = stackalloc byte[EventId.TextBytesMax];
        text = text[..id.Format(text)];
        return EventId.TryParse(text, out EventId read)
            && read == id
            && text.Length == id.MeasureText()
            && Encoding.ASCII.GetString(text) == $"{id.Milliseconds}-{id.Sequence}";
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 1000)]
    public bool Ids_are_ordered_as_128_bit_numbers(EventId a, EventId b)
    {
        int order = Number(a).CompareTo(Number(b));
        return Math.Sign(a.CompareTo(b)) == order
            && a < b == order < 0
            && a > b == order > 0
            && a <= b == order <= 0
            && a >= b == order >= 0
            && a == b == (order == 0);
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 1000)]
    public bool Next_and_previous_are_one_apart(EventId id) =>
        (id == EventId.Max ? id.Next() == id : Number(id.Next()) == Number(id) + 1 && id.Next().Previous() == id)
        && (id == EventId.Zero ? id.Previous() == id : Number(id.Previous()) == Number(id) - 1);

    [Test]
    public void The_length_of_every_power_of_ten_is_exact()
    {
        ulong power = 1;
        for (int digits = 1; digits <= 20; digits++)
        {
            Assert.That(new EventId(power, 0).MeasureText(), Is.EqualTo(digits + 2), $"10^{digits - 1}");
            Assert.That(new EventId(power - 1, 0).MeasureText(), Is.EqualTo(Math.Max(1, digits - 1) + 2), $"10^{digits - 1} - 1");
            if (digits < 20)
                power *= 10;
        }

        for (int bit = 0; bit < 64; bit++)
            Assert.That(new EventId(0, 1UL << bit).MeasureText(), Is.EqualTo($"0-{1UL << bit}".Length), $"2^{bit}");
    }

    [Test]
    public void A_text_that_does_not_fit_is_a_bug_of_the_caller()
    {
        EventId id = new(1795320800660, 12);
        for (int room = 0; room < id.MeasureText(); room++)
            Assert.That(() => id.Format(new byte[room]), Throws.ArgumentException, $"{room} bytes");
        Assert.That(id.Format(new byte[id.MeasureText()]), Is.EqualTo(16));
    }

    [Test]
    public void Reading_and_writing_leave_no_garbage()
    {
        byte[] text = new byte[EventId.TextBytesMax];
        EventId written = new(1795320800660, 7);
        EventId read = default;
        long allocated = Allocations.Of(() => _ = EventId.TryParse(text.AsSpan(0, written.Format(text)), out read));
        Assert.That(read, Is.EqualTo(written));
        Assert.That(allocated, Is.Zero);
    }

    private static BigInteger Number(EventId id) => ((BigInteger)id.Milliseconds << 64) + id.Sequence;
}
