using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>Makes the lines of one server out of what it held before and after the soak, and of what its clients counted.</summary>
internal sealed class SoakLines(string scenario, string server)
{
    // The garbage collector's heap and malloc breathe by some MB; 60,000 connections that leave 100 bytes each would be 6.
    private const double MegabytesMax = 4;

    // The runtime's pool takes a worker or two back and gives them up as it likes.
    private const int ThreadsMax = 2;

    public IEnumerable<NumberLine> All(SoakTally tally, SoakSnapshot before, SoakSnapshot after) =>
    [
        Growth("resident memory", "MB", before.Megabytes, after.Megabytes, MegabytesMax),
        Growth("descriptors", "", before.Descriptors, after.Descriptors, 0),
        Growth("threads", "", before.Threads, after.Threads, ThreadsMax),
        Growth("bytes of segments", "B", before.LogBytes, after.LogBytes, SoakSnapshot.PoolBytes),
        Growth("bytes of pages", "B", before.PageBytes, after.PageBytes, 0),
        Growth("bytes of requests", "B", before.RequestBytes, after.RequestBytes, 0),
        Growth("streams", "", before.Streams, after.Streams, 0),
        NumberLine.None(scenario, server, "lost", tally.Lost),
        NumberLine.None(scenario, server, "repeated", tally.Repeated),
        NumberLine.None(scenario, server, "streams that the server ended", tally.Surprises),
        Line("connects", "", tally.Connects),
        Line("of those resumes", "", tally.Resumes),
        Line("events published", "", tally.Published),
        Line("deliveries", "", tally.Events),
    ];

    private NumberLine Growth(string name, string unit, double before, double after, double max) => Line(name, unit, after) with
    {
        Baseline = Series.One(before),
        Target = $"≤ {max:0} {unit} more".Replace("  ", " ", StringComparison.Ordinal),
        IsPassed = after - before <= max,
    };

    private NumberLine Line(string name, string unit, double value) => new(scenario, server, name, unit) { Value = Series.One(value) };
}
