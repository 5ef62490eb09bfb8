using System.Diagnostics;

namespace RawSse.Bench.Load;

/// <summary>
/// Who publishes when: each publisher has one event in flight and replaces it once all subscribers have it. With a
/// pace it is an open loop: an event that had to wait for the one before it is timed from when it was due.
/// </summary>
internal sealed class PublishWindow(LoadCommand command, IReadOnlyList<Publisher> publishers, EventLedger ledger, int subscribers)
{
    private const int WaitMsMax = 1000;

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly long _paceTicks = command.PaceMs * Stopwatch.Frequency / 1000;
    private int _published;

    /// <summary>All is published, answered and delivered.</summary>
    public bool IsOver => IsAllPublished && publishers.All(IsFree);

    /// <summary>How long the next publish may wait for.</summary>
    public int WaitMs
    {
        get
        {
            if (_paceTicks == 0) return WaitMsMax;
            long wholeMs = (DueAt - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency;
            // A wait may end a millisecond late: who must not be late is awake before.
            return command.IsTimedFromDue ? (int)Math.Clamp(wholeMs - 1, 0, WaitMsMax) : (int)Math.Clamp(wholeMs + 1, 1, WaitMsMax);
        }
    }

    private bool IsAllPublished => command.Events > 0
        ? _published >= command.Events
        : Stopwatch.GetElapsedTime(_startedAt).TotalSeconds >= command.Seconds;

    private long DueAt => _startedAt + _published * _paceTicks;

    public void PublishDue()
    {
        foreach (Publisher publisher in publishers)
        {
            if (IsAllPublished || !IsFree(publisher)) continue;
            long now = Stopwatch.GetTimestamp();
            if (_paceTicks > 0 && now < DueAt) return;
            // A timer's own delay (1 ms at most) is not the server's.
            bool hadToWait = _paceTicks > 0 && now - DueAt > Stopwatch.Frequency / 200;
            long timedFrom = command.IsTimedFromDue || hadToWait ? DueAt : now;
            publisher.Publish(command.Path, ledger.Publish(subscribers, timedFrom));
            _published++;
        }
    }

    public string Describe() => string.Join(", ", publishers.Where(publisher => !IsFree(publisher)).Take(3).Select(publisher =>
        $"event {publisher.Number}: {ledger.Missing(publisher.Number)} of {subscribers} subscribers have not got it"
            + (publisher.IsAnswered ? "" : ", no answer")));

    private bool IsFree(Publisher publisher) =>
        publisher.IsAnswered && (publisher.Number == 0 || ledger.IsComplete(publisher.Number));
}
