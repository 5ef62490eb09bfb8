using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class DurationTextTests
{
    [TestCase("0s", 0)]
    [TestCase("0ms", 0)]
    [TestCase("500ms", 500)]
    [TestCase("15s", 15_000)]
    [TestCase("2m", 120_000)]
    [TestCase("24h", 86_400_000)]
    [TestCase("007s", 7_000)]
    public void Whole_numbers_with_a_unit_are_read(string text, long ms)
    {
        Assert.That(DurationText.TryParse(text, out var value), Is.True);
        Assert.That(value, Is.EqualTo(TimeSpan.FromMilliseconds(ms)));
    }

    [TestCase("")]
    [TestCase("0")]
    [TestCase("15")]
    [TestCase("s")]
    [TestCase("ms")]
    [TestCase("-1s")]
    [TestCase("+1s")]
    [TestCase(" 1s")]
    [TestCase("1 s")]
    [TestCase("1s ")]
    [TestCase("1.5s")]
    [TestCase("1S")]
    [TestCase("1d")]
    [TestCase("1sec")]
    [TestCase("00:00:15")]
    [TestCase("١s")]
    [TestCase("9223372036854775807h")]
    [TestCase("99999999999999999999s")]
    [TestCase("922337203685478ms")]
    public void Anything_else_is_refused(string text) => Assert.That(DurationText.TryParse(text, out _), Is.False);

    [TestCase(0, "0s")]
    [TestCase(1, "1ms")]
    [TestCase(1_500, "1500ms")]
    [TestCase(90_000, "90s")]
    [TestCase(60_000, "1m")]
    [TestCase(3_600_000, "1h")]
    public void It_prints_in_the_largest_exact_unit(long ms, string text) =>
        Assert.That(DurationText.Print(TimeSpan.FromMilliseconds(ms)), Is.EqualTo(text));

    [Test]
    public void What_is_finer_than_a_millisecond_is_printed_as_its_fraction() =>
        Assert.That(DurationText.Print(TimeSpan.FromTicks(15_000)), Is.EqualTo("1.5ms"));

    [FsCheck.NUnit.Property]
    public bool What_is_printed_is_read_again(uint ms)
    {
        var value = TimeSpan.FromMilliseconds(ms);
        return DurationText.TryParse(DurationText.Print(value), out var read) && read == value;
    }
}
