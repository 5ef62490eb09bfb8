using System.Diagnostics;

namespace RawSse.Bench.Load;

/// <summary>
/// The account of what was published and what arrived where. The server decides the order of events from several
/// publishers; the first subscriber that gets an event tells its place, and every other must get each event once and
/// at the same place. Anything else is counted: lost (left out) or repeated (again, or after its turn).
/// </summary>
internal sealed class EventLedger
{
    // Far more than may be in flight, so that a slot is free again before it is needed.
    private const int Slots = 4096;
    private const int NoPlace = -1;

    private readonly long[] _publishedAt = new long[Slots];
    private readonly int[] _missing = new int[Slots];
    private readonly int[] _placeOfNumber = new int[Slots];
    private readonly int[] _numberAtPlace = new int[Slots];

    public LatencyHistogram Latency { get; } = new();

    /// <summary>The number of the newest event; the first is 1.</summary>
    public int LastNumber { get; private set; }

    /// <summary>The place that the next event gets which nobody has seen.</summary>
    public int NextPlace { get; private set; }
    public long Deliveries { get; private set; }
    public long Lost { get; private set; }
    public long Repeated { get; private set; }

    /// <summary>Events that reached everybody.</summary>
    public long Completed { get; private set; }

    /// <summary>Forgets the counts; numbers and places go on.</summary>
    public void BeginWindow()
    {
        Latency.Clear();
        Deliveries = Lost = Repeated = Completed = 0;
    }

    /// <summary>Numbers an event that so many subscribers must receive; one for nobody is complete. The time is a <see cref="Stopwatch"/> timestamp.</summary>
    public int Publish(int subscribers, long timestamp)
    {
        int slot = ++LastNumber % Slots;
        _publishedAt[slot] = timestamp;
        _missing[slot] = subscribers;
        if (subscribers == 0) Completed++;
        _placeOfNumber[slot] = NoPlace;
        return LastNumber;
    }

    /// <summary>Numbers an event that only comes with a replay; it is published alone, so its place is known.</summary>
    public int PublishForReplay()
    {
        int number = Publish(0, Stopwatch.GetTimestamp());
        Place(number);
        return number;
    }

    public bool IsComplete(int number) => _missing[number % Slots] <= 0;

    /// <summary>How many subscribers have not received it yet.</summary>
    public int Missing(int number) => _missing[number % Slots];

    /// <summary>An event arrived at a subscriber whose next event is the one at <paramref name="place"/>.</summary>
    public void Deliver(ref int place, int number, long timestamp)
    {
        int slot = number % Slots;
        bool isKnown = number <= LastNumber && number > Math.Max(0, LastNumber - Slots);
        int found = isKnown && _placeOfNumber[slot] == NoPlace ? Place(number) : _placeOfNumber[slot];
        if (!isKnown || found < place)
        {
            Repeated++;
            return;
        }
        for (; place < found; place++)
        {
            Lost++;
            Strike(_numberAtPlace[place % Slots]);
        }
        place++;
        Deliveries++;
        Strike(number);
        Latency.Record((timestamp - _publishedAt[slot]) * (1_000_000_000 / Stopwatch.Frequency));
    }

    private int Place(int number)
    {
        _numberAtPlace[NextPlace % Slots] = number;
        return _placeOfNumber[number % Slots] = NextPlace++;
    }

    private void Strike(int number)
    {
        if (--_missing[number % Slots] == 0) Completed++;
    }
}
