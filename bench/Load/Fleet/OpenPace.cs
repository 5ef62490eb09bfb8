namespace RawSse.Bench.Load.Fleet;

/// <summary>Each event at its time, whatever came before.</summary>
internal sealed class OpenPace(EventSchedule schedule) : IPace
{
    public bool IsDue(int number, long now) => now >= schedule.DueAt(number);

    public long LookAgainAt(int number, long now) => schedule.DueAt(number);

    public void Sending(int number, long now)
    {
    }
}
