using System.Globalization;
using System.Xml.Linq;
using RawSse.Bench.Report;

namespace RawSse.Bench.Tests.Report;

/// <summary>Figures and charts as text.</summary>
public sealed class ChartTests
{
    private static readonly Chart s_chart = new("fan<out>", new Figure("p 50", "median & more", "ms"), "floor",
        [new ChartBar("floor", new Series([1, 2, 3]), null), new ChartBar("rawsse", new Series([4]), new Series([2])), new ChartBar("idle", new Series([0, 0]), null)]);

    [TestCase(0, "0")]
    [TestCase(0.00049, "0.000")]
    [TestCase(9.8765, "9.877")]
    [TestCase(-9.8765, "-9.877")]
    [TestCase(10, "10.0")]
    [TestCase(999.94, "999.9")]
    [TestCase(1000, "1,000")]
    [TestCase(1234567.8, "1,234,568")]
    [TestCase(double.NaN, "NaN")]
    public void A_figure_has_as_many_digits_as_it_deserves(double value, string text) => Assert.That(FigureText.Number(value), Is.EqualTo(text));

    [Test]
    public void A_figure_without_a_unit_ends_with_its_digits() =>
        Assert.That((FigureText.WithUnit(5, ""), FigureText.WithUnit(5, "ms"), FigureText.Ratio(1.2)), Is.EqualTo(("5.000", "5.000 ms", "×1.200")));

    [Test]
    public void A_chart_is_well_formed_and_its_bars_are_as_long_as_their_medians()
    {
        XElement svg = XDocument.Parse(SvgChart.Render(s_chart)).Root!;
        XNamespace space = svg.Name.Namespace;
        double[] widths = [.. svg.Elements(space + "rect").Skip(1).Select(bar => (double)bar.Attribute("width")!)];
        // The longest whisker is the scale; what was measured as nothing is a line.
        Assert.That(widths, Is.EqualTo((double[])[210, 420, 1]));
        // A whisker has three lines, one window has none; the axis is one.
        Assert.That(svg.Elements(space + "line").Count(), Is.EqualTo(2 * 3 + 1));
        Assert.That(svg.Element(space + "title")!.Value, Is.EqualTo("fan<out>: median & more"));
    }

    [Test]
    public void A_chart_is_the_same_under_any_culture()
    {
        string expected = SvgChart.Render(s_chart);
        CultureInfo own = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            Assert.That(SvgChart.Render(s_chart), Is.EqualTo(expected));
        }
        finally
        {
            CultureInfo.CurrentCulture = own;
        }
    }

    [Test]
    public void A_chart_on_the_terminal_has_a_bar_for_everything_that_was_measured()
    {
        string[] lines = TerminalChart.Render(s_chart).Split('\n');
        Assert.That(lines.Skip(1).Select(line => line.Count(letter => letter == '█')), Is.EqualTo((int[])[20, 40, 0]));
        Assert.That(lines[3], Does.Contain("▏"));
    }
}
