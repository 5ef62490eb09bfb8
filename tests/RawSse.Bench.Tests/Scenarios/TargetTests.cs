using RawSse.Bench.Report;
using RawSse.Bench.Scenarios.Contests;

namespace RawSse.Bench.Tests.Scenarios;

/// <summary>Which side of a limit passes.</summary>
public sealed class TargetTests
{
    [TestCase(Bound.AtLeast, 1.99, false)]
    [TestCase(Bound.AtLeast, 2, true)]
    [TestCase(Bound.AtLeast, 2.01, true)]
    [TestCase(Bound.AtMost, 1.99, true)]
    [TestCase(Bound.AtMost, 2, true)]
    [TestCase(Bound.AtMost, 2.01, false)]
    [TestCase(Bound.Below, 1.99, true)]
    [TestCase(Bound.Below, 2, false)]
    [TestCase(Bound.Below, 2.01, false)]
    [TestCase(Bound.Never, 0, true)]
    [TestCase(Bound.Never, 1, false)]
    [TestCase(Bound.AtLeast, double.NaN, false)]
    [TestCase(Bound.AtMost, double.NaN, false)]
    [TestCase(Bound.Below, double.NaN, false)]
    [TestCase(Bound.Never, double.NaN, false)]
    public void A_target_of_2_holds_on_its_side_only(int bound, double value, bool holds) =>
        Assert.That(Target((Bound)bound, 2).Holds(Series.One(value)), Is.EqualTo(holds));

    [Test]
    public void One_fault_in_one_window_is_too_many() =>
        Assert.That(Target(Bound.Never, 0).Holds(new Series([0, 0, 0, 1, 0])), Is.False);

    [TestCase(Bound.AtLeast, 1.25, "nchan", "≥ 1.25 × nchan")]
    [TestCase(Bound.Below, 1, "nchan", "< nchan")]
    [TestCase(Bound.AtMost, 256, null, "≤ 256 B")]
    [TestCase(Bound.Never, 0, null, "0")]
    public void A_target_says_what_it_wants(int bound, double limit, string? against, string text) =>
        Assert.That(Target((Bound)bound, limit).Describe(against), Is.EqualTo(text));

    [Test]
    public void More_is_better_where_a_target_wants_at_least() => Assert.That(
        Targets.All.Where(target => target.Bound == Bound.AtLeast != target.Figure.IsMoreBetter), Is.Empty);

    private static Target Target(Bound bound, double limit) => new("fanout", new Figure("f", "a figure", "B"), bound, limit);
}
