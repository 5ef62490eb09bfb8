using System.Diagnostics;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// When which event is due, known before the first: so that each process of a machine, all of which read the same clock
/// (CLOCK_MONOTONIC), can time an event from its number alone.
/// </summary>
/// <param name="StartedAt">when the first is due: a <see cref="Stopwatch"/> timestamp</param>
/// <param name="FirstNumber">its number</param>
/// <param name="Rate">events a second; 0: a closed loop, whose times stand on the <see cref="SendBoard"/></param>
/// <param name="Count">how many there are at most</param>
/// <param name="TimedFrom">of an open loop, the number of the first whose latency counts; those before warm everything up</param>
internal sealed record EventSchedule(long StartedAt, int FirstNumber, double Rate, int Count, int TimedFrom)
{
    /// <summary>Of a closed loop: from when what is sent is timed, a timestamp. What was sent before warms everything up.</summary>
    public long TimedAt { get; init; }

    public int LastNumber => FirstNumber + Count - 1;

    public bool IsClosedLoop => Rate == 0;

    /// <summary>Of an open loop only.</summary>
    public long DueAt(int number) => StartedAt + (long)((number - FirstNumber) * (Stopwatch.Frequency / Rate));

    public bool Contains(int number) => number >= FirstNumber && number <= LastNumber;
}
