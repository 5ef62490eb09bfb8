using RawSse.Bench.Report;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Tests.Scenarios;

/// <summary>Each judged line of <c>slow</c> fails when what it watches goes wrong, and no other does.</summary>
public sealed class SlowLinesTests
{
    private const string Lost = "slow one: lost silently, repeated or broken";

    [Test]
    public void All_pass_when_nothing_is_wrong() => Assert.That(Failed("rawsse"), Is.Empty);

    [TestCase(SlowLines.Silent, Lost)]
    [TestCase(SlowLines.Unfinished, "slow one: did not get to the end")]
    [TestCase(SlowLines.Faults, "others: lost, repeated, disordered, ended")]
    public void One_fault_in_one_round_fails_its_line(string figure, string line) =>
        Assert.That(Failed("rawsse", figures => figures.Add("rawsse", figure, 1)), Is.EqualTo((string[])[line]));

    [Test]
    public void Latency_fails_by_the_median_of_windows_that_belong_together()
    {
        void Slower(Figures figures)
        {
            foreach ((double with, double without) in ((double, double)[])[(5, 4), (50, 40), (500, 400)])
            {
                figures.Add("rawsse", SlowLines.Key(SlowLines.P99, hasSlowReader: true), with);
                figures.Add("rawsse", SlowLines.Key(SlowLines.P99, hasSlowReader: false), without);
            }
        }

        Assert.That(Failed("rawsse", Slower), Is.EqualTo((string[])["p99 latency of the others, to without it"]));
    }

    [TestCase(9.1, true)]
    [TestCase(9.3, false)]
    public void Memory_fails_by_what_it_grew_more_than_without_the_slow_reader(double megabytes, bool isPassed)
    {
        void Grow(Figures figures)
        {
            figures.Add("rawsse", SlowLines.Key(SlowLines.Memory, hasSlowReader: true), megabytes);
            figures.Add("rawsse", SlowLines.Key(SlowLines.Memory, hasSlowReader: false), 5);
        }

        Assert.That(Failed("rawsse", Grow), isPassed ? Is.Empty : Is.EqualTo((string[])["memory that grew more than without it"]));
    }

    [Test]
    public void Of_others_is_told_what_happens_and_nothing_is_judged()
    {
        Figures figures = Make("floor");
        figures.Add("floor", SlowLines.Silent, 4_000);
        NumberLine[] lines = [.. new SlowLines("slow", "floor", figures).All("it lost them")];
        Assert.That(lines.Select(line => line.IsPassed), Is.All.Null);
        NumberLine silent = lines.Single(line => line.Name == Lost);
        Assert.That((silent.Value!.Max, silent.Note, silent.Target), Is.EqualTo((4_000.0, "it lost them", "")));
    }

    private static string[] Failed(string server, Action<Figures>? spoil = null)
    {
        Figures figures = Make(server);
        spoil?.Invoke(figures);
        return [.. new SlowLines("slow", server, figures).All("").Where(line => line.IsPassed == false).Select(line => line.Name)];
    }

    private static Figures Make(string server)
    {
        var figures = new Figures();
        foreach (bool hasSlowReader in (bool[])[true, false])
            foreach (string figure in (string[])[SlowLines.Median, SlowLines.P99, SlowLines.Memory])
                figures.Add(server, SlowLines.Key(figure, hasSlowReader), 3);
        foreach (string figure in (string[])[SlowLines.Faults, SlowLines.Silent, SlowLines.Unfinished, SlowLines.Told])
            figures.Add(server, figure, 0);
        return figures;
    }
}
