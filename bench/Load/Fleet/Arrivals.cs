using System.Diagnostics;
using System.Numerics;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// The account of what arrived at the subscribers of one process. Each stream has a window of 64 numbers from the lowest that
/// is missing: events of several publishers may overtake each other within it; what falls out of it unseen is lost. An event
/// that comes later still counts as repeated, so that either way it is a fault.
/// </summary>
internal sealed class Arrivals
{
    private const int WindowBits = 64;

    private readonly int[] _missing = new int[SendBoard.Slots];
    private readonly int[] _numbers = new int[SendBoard.Slots];
    private EventSchedule? _schedule;
    private SendBoard? _board;
    private int _process;
    private int _subscribers;

    public LatencyHistogram Latency { get; } = new();

    /// <summary>At most what this process itself added: since it last looked for what is ready.</summary>
    public LatencyHistogram OwnDelay { get; } = new();

    public long Deliveries { get; private set; }

    /// <summary>Deliveries whose latency counts.</summary>
    public long Timed { get; private set; }
    public long Lost { get; private set; }
    public long Repeated { get; private set; }
    public long OutOfOrder { get; private set; }

    /// <summary>Events that a slow stream was never sent though it was sent later ones.</summary>
    public long SkippedBySlow { get; private set; }

    /// <summary>Events with a number that was not published in this window.</summary>
    public long Foreign { get; private set; }

    public long Completed { get; private set; }

    /// <param name="schedule">of the window that begins</param>
    /// <param name="board">of a closed loop</param>
    /// <param name="process">whose column of the board is ours</param>
    /// <param name="subscribers">that each event must reach</param>
    public void Begin(EventSchedule schedule, SendBoard? board, int process, int subscribers)
    {
        (_schedule, _board, _process, _subscribers) = (schedule, board, process, subscribers);
        Latency.Clear();
        OwnDelay.Clear();
        Array.Clear(_numbers);
        Deliveries = Timed = Lost = Repeated = OutOfOrder = SkippedBySlow = Foreign = Completed = 0;
    }

    /// <summary>Events without a number: a server whose publishes are not ours.</summary>
    public void Count(int events) => Deliveries += events;

    /// <summary>The event of this number arrived at this stream.</summary>
    public void Deliver(ref FleetStream stream, int number, long now, long lookedAt)
    {
        if (_schedule is not { } schedule || !schedule.Contains(number))
        {
            Foreign++;
            return;
        }
        if (!Mark(ref stream, number)) return;
        Deliveries++;
        if (stream.IsSlow) return;
        if (_board is not null) Complete(number);
        long due = schedule.IsClosedLoop ? _board!.SentAt(number) : schedule.DueAt(number);
        if (number < schedule.TimedFrom || due < schedule.TimedAt) return;
        Timed++;
        long perTick = 1_000_000_000 / Stopwatch.Frequency;
        Latency.Record((now - due) * perTick);
        OwnDelay.Record((now - lookedAt) * perTick);
    }

    /// <summary>All events up to this number have arrived at this stream.</summary>
    public static bool HasAll(in FleetStream stream, int lastNumber) => stream.State.NextPlace > lastNumber;

    /// <summary>What never arrived: the window is over.</summary>
    public void GiveUp(ref FleetStream stream, int lastNumber)
    {
        int missing = Math.Max(0, lastNumber + 1 - stream.State.NextPlace) - BitOperations.PopCount(stream.Seen);
        if (stream.IsSlow || missing <= 0) return;
        Lost += missing;
    }

    // False: it was there already.
    private bool Mark(ref FleetStream stream, int number)
    {
        int offset = number - stream.State.NextPlace;
        if (offset < 0)
        {
            Repeated++;
            return false;
        }
        if (offset >= WindowBits) offset = Slide(ref stream, offset);
        if ((stream.Seen >> offset & 1) != 0)
        {
            Repeated++;
            return false;
        }
        if (stream.Seen >> offset != 0) OutOfOrder++;
        stream.Seen |= 1UL << offset;
        int arrived = BitOperations.TrailingZeroCount(~stream.Seen);
        stream.State.NextPlace += arrived;
        stream.Seen = arrived == WindowBits ? 0 : stream.Seen >> arrived;
        return true;
    }

    // Moves the window so that the number is its last, and gives up what falls out.
    private int Slide(ref FleetStream stream, int offset)
    {
        int by = offset - WindowBits + 1;
        ulong gone = by >= WindowBits ? stream.Seen : stream.Seen & ((1UL << by) - 1);
        int lost = by - BitOperations.PopCount(gone);
        if (stream.IsSlow) SkippedBySlow += lost;
        else Lost += lost;
        stream.State.NextPlace += by;
        stream.Seen = by >= WindowBits ? 0 : stream.Seen >> by;
        return WindowBits - 1;
    }

    private void Complete(int number)
    {
        int slot = number % SendBoard.Slots;
        // An event that was lost leaves its slot as it was.
        if (_numbers[slot] != number) (_numbers[slot], _missing[slot]) = (number, _subscribers);
        if (--_missing[slot] == 0) _board!.Complete(_process, ++Completed);
    }
}
