using System.Diagnostics;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// So many events that have not reached all subscribers of all processes; the next as soon as one has. It looks each half of a
/// millisecond, so that this bounds the rate at N × 2,000 events a second. An event that is lost is waited for for two seconds.
/// </summary>
internal sealed class ClosedPace(EventSchedule schedule, SendBoard board, int processes, int inFlight) : IPace
{
    private static readonly TimeSpan s_stallMax = TimeSpan.FromSeconds(2);

    private long _movedAt = Stopwatch.GetTimestamp();
    private long _completed;

    /// <summary>Events that were not waited for any longer.</summary>
    public int Stalled { get; private set; }

    public bool IsDue(int number, long now)
    {
        long completed = long.MaxValue;
        for (int process = 0; process < processes; process++) completed = Math.Min(completed, board.Completed(process));
        if (completed != _completed) _movedAt = now;
        _completed = completed;
        long published = number - schedule.FirstNumber;
        if (published - completed - Stalled < inFlight) return true;
        if (Stopwatch.GetElapsedTime(_movedAt, now) < s_stallMax) return false;
        Stalled++;
        // The next one has two seconds of its own: otherwise all that follow would be sent at once.
        _movedAt = now;
        return true;
    }

    public long LookAgainAt(int number, long now) => now + Stopwatch.Frequency / 2000;

    public void Sending(int number, long now) => board.Send(number, now);
}
