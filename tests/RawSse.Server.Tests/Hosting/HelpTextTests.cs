using RawSse.Server.Hosting;

namespace RawSse.Server.Tests.Hosting;

public sealed class HelpTextTests
{
    private static readonly string[] Lines = HelpText.Write().Split('\n');

    [TestCaseSource(typeof(OptionCase), nameof(OptionCase.All))]
    public void Every_option_has_its_unit_and_default_in_their_columns_and_its_bounds(OptionCase option)
    {
        string line = Lines.Single(line => line.StartsWith($"  --{option.Name} ", StringComparison.Ordinal));
        Assert.That(line[32..42].TrimEnd(), Is.Not.Empty);
        Assert.That(line[42..58].TrimEnd(), Is.EqualTo(option.Default));
        var descriptor = OptionTable.ByName(option.Name)!;
        Assert.That(string.Join(' ', HelpText.Write().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            Does.Contain($"{option.Default} {descriptor.Allowed} {descriptor.Meaning}"));
    }

    [Test]
    public void It_fits_into_a_hundred_columns() =>
        Assert.That(Lines.Where(line => line.Length > 100 || line.EndsWith(' ')), Is.Empty);

    [TestCase("--help")]
    [TestCase("--version")]
    [TestCase("--print-config")]
    [TestCase("--config FILE")]
    [TestCase("SIGTERM")]
    [TestCase("SIGINT")]
    [TestCase("REDIS_URL")]
    public void It_says_what_else_there_is(string text) => Assert.That(HelpText.Write(), Does.Contain(text));
}
