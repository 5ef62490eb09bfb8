using RawSse.Bench.Load;

namespace RawSse.Bench.Tests.Load;

/// <summary>Quantiles of a histogram beside those of the sorted values themselves.</summary>
public sealed class LatencyHistogramTests
{
    private const double RelativeErrorMax = 1.0 / 128;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(99)]
    [TestCase(100)]
    [TestCase(10_000)]
    public void A_quantile_is_the_sorted_value_of_its_rank(int count)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        long[] values = [.. Enumerable.Range(0, count).Select(_ => (long)Math.Exp(random.NextDouble() * 40))];
        LatencyHistogram histogram = Of(values);
        Array.Sort(values);
        foreach (double quantile in (double[])[0.5, 0.9, 0.99, 0.999, 1])
        {
            long expected = values[(int)Math.Ceiling(quantile * count) - 1];
            Assert.That(histogram.Quantile(quantile), Is.EqualTo((double)expected).Within(expected * RelativeErrorMax + 0.5),
                $"quantile {quantile} of {count} values, new Random({seed})");
        }
    }

    [Test]
    public void A_value_below_256_is_kept_as_it_is()
    {
        for (long value = 0; value < 256; value++) Assert.That(Of(value).Quantile(1), Is.EqualTo(value));
    }

    [Test]
    public void The_ends_of_a_power_of_two_and_the_largest_value_have_a_bucket()
    {
        for (int shift = 8; shift < 63; shift++)
            foreach (long value in (long[])[(1L << shift) - 1, 1L << shift, (1L << shift) + 1])
                Assert.That(Of(value).Quantile(1), Is.EqualTo((double)value).Within(value * RelativeErrorMax));
        Assert.That(Of(long.MaxValue).Quantile(1), Is.EqualTo((double)long.MaxValue).Within(long.MaxValue * RelativeErrorMax));
    }

    [Test]
    public void What_came_before_its_time_counts_as_none() => Assert.That(Of(-5, -1, 7).Quantile(0.5), Is.Zero);

    [Test]
    public void Nothing_recorded_has_no_quantile() => Assert.That(new LatencyHistogram().Quantile(0.99), Is.Zero);

    [Test]
    public void Merged_histograms_are_the_one_of_all_values()
    {
        LatencyHistogram first = Of(1, 10, 100_000), second = Of(5, 2_000_000_000), merged = new();
        merged.Add(first.Export());
        merged.Add(second.Export());
        LatencyHistogram all = Of(1, 10, 100_000, 5, 2_000_000_000);
        Assert.That(merged.Count, Is.EqualTo(5));
        Assert.That(merged.Export(), Is.EqualTo(all.Export()));
    }

    [Test]
    public void A_cleared_histogram_is_a_new_one()
    {
        LatencyHistogram histogram = Of(1, 2, 3);
        histogram.Clear();
        histogram.Record(9);
        Assert.That((histogram.Count, histogram.Quantile(0.01), histogram.Quantile(1)), Is.EqualTo((1L, 9.0, 9.0)));
    }

    private static LatencyHistogram Of(params ReadOnlySpan<long> values)
    {
        var histogram = new LatencyHistogram();
        foreach (long value in values) histogram.Record(value);
        return histogram;
    }
}
