using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Tests.Scenarios;

/// <summary>Each line of <c>soak</c> fails when what it watches has grown by more than it may, and no other does.</summary>
public sealed class SoakLinesTests
{
    private static readonly SoakSnapshot s_before = new()
    {
        Megabytes = 50,
        Descriptors = 100,
        Threads = 9,
        LogBytes = 0,
        PageBytes = 0,
        RequestBytes = 0,
        Streams = 0,
    };

    private static readonly TestCaseData[] s_growths =
    [
        new("resident memory", s_before with { Megabytes = 54 }, s_before with { Megabytes = 54.1 }),
        new("descriptors", s_before, s_before with { Descriptors = 101 }),
        new("threads", s_before with { Threads = 11 }, s_before with { Threads = 12 }),
        new("bytes of segments", s_before with { LogBytes = SoakSnapshot.PoolBytes }, s_before with { LogBytes = SoakSnapshot.PoolBytes + 1 }),
        new("bytes of pages", s_before, s_before with { PageBytes = 1 }),
        new("bytes of requests", s_before, s_before with { RequestBytes = 1 }),
        new("streams", s_before, s_before with { Streams = 1 }),
    ];

    private static readonly TestCaseData[] s_faults =
    [
        new("lost", new SoakTally { Lost = 1 }),
        new("repeated", new SoakTally { Repeated = 1 }),
        new("streams that the server ended", new SoakTally { Surprises = 1 }),
    ];

    [TestCaseSource(nameof(s_growths))]
    public void Growth_fails_its_line_from_the_first_that_is_too_much(string line, object most, object tooMuch)
    {
        Assert.That(Failed(new SoakTally(), (SoakSnapshot)most), Is.Empty);
        Assert.That(Failed(new SoakTally(), (SoakSnapshot)tooMuch), Is.EqualTo((string[])[line]));
    }

    [TestCaseSource(nameof(s_faults))]
    public void One_fault_fails_its_line(string line, object tally) =>
        Assert.That(Failed((SoakTally)tally, s_before), Is.EqualTo((string[])[line]));

    [Test]
    public void Holding_less_than_before_is_no_growth() =>
        Assert.That(Failed(new SoakTally(), s_before with { Megabytes = 40, Descriptors = 90, Threads = 5 }), Is.Empty);

    private static string[] Failed(SoakTally tally, SoakSnapshot after) =>
        [.. new SoakLines("soak", "rawsse").All(tally, s_before, after).Where(line => line.IsPassed == false).Select(line => line.Name)];
}
