using RawSse.Bench.Report;

namespace RawSse.Bench.Tests.Report;

/// <summary>Medians, and ratios of windows that belong together.</summary>
public sealed class SeriesTests
{
    [TestCase(new[] { 3.0, 1, 2 }, 2)]
    [TestCase(new[] { 4.0, 1, 2, 3 }, 2.5)]
    [TestCase(new[] { 7.0 }, 7)]
    public void A_median_of_an_even_count_lies_between_the_middle_two(double[] values, double median)
    {
        var series = new Series(values);
        Assert.That((series.Median, series.Min, series.Max), Is.EqualTo((median, values.Min(), values.Max())));
    }

    [Test]
    public void Nothing_measured_has_no_median() => Assert.That(new Series([]).Median, Is.NaN);

    [Test]
    public void A_ratio_is_of_the_windows_in_the_order_they_were_measured()
    {
        Series ratio = new Series([2, 30, 8]).Over(new Series([1, 10, 8]));
        Assert.That(ratio.Values, Is.EqualTo((double[])[2, 3, 1]));
        Assert.That(ratio.Median, Is.EqualTo(2));
    }

    [Test]
    public void Who_failed_later_is_paired_as_far_as_it_came() =>
        Assert.That(new Series([2, 30, 8]).Over(new Series([1, 10])).Values, Is.EqualTo((double[])[2, 3]));
}
