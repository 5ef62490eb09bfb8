using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class SizeTextTests
{
    [TestCase("0", 0)]
    [TestCase("4096", 4096)]
    [TestCase("256KiB", 256 << 10)]
    [TestCase("16MiB", 16 << 20)]
    [TestCase("2GiB", 2L << 30)]
    public void Bytes_and_binary_multiples_are_read(string text, long bytes)
    {
        Assert.That(SizeText.TryParse(text, out long value), Is.True);
        Assert.That(value, Is.EqualTo(bytes));
    }

    [TestCase("")]
    [TestCase("KiB")]
    [TestCase("1kB")]
    [TestCase("1KB")]
    [TestCase("1K")]
    [TestCase("1kib")]
    [TestCase("1 KiB")]
    [TestCase("-1")]
    [TestCase("1.5MiB")]
    [TestCase("0x10")]
    [TestCase("1e6")]
    [TestCase("9223372036854775808")]
    [TestCase("9223372036854775807KiB")]
    public void Anything_else_is_refused(string text) => Assert.That(SizeText.TryParse(text, out _), Is.False);

    [TestCase(0, "0")]
    [TestCase(1, "1")]
    [TestCase(1025, "1025")]
    [TestCase(3 << 10, "3KiB")]
    [TestCase(2 << 20, "2MiB")]
    [TestCase(4L << 40, "4096GiB")]
    public void It_prints_in_the_largest_exact_unit(long bytes, string text) =>
        Assert.That(SizeText.Print(bytes), Is.EqualTo(text));

    [FsCheck.NUnit.Property]
    public bool What_is_printed_is_read_again(uint bytes) =>
        SizeText.TryParse(SizeText.Print(bytes), out long read) && read == bytes;
}
