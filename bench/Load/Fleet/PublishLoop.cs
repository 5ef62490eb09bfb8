using System.Diagnostics;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// Publishes a schedule's events over keep-alive connections, each with one event in flight. With one connection (the default)
/// the order of the numbers is the order of the events; an event that has to wait for an answer is late, and timed as such.
/// </summary>
internal sealed class PublishLoop : IDisposable
{
    private const int ReadyMax = 64;
    private const int SetTimerSlack = 29;
    private static readonly TimeSpan s_answerMax = TimeSpan.FromSeconds(5);

    private readonly EpollSet _epoll = new(ReadyMax);
    private readonly PublishConnection[] _connections;
    private readonly long[] _freeSince;
    private readonly EventSchedule _schedule;
    private readonly IPace _pace;

    public PublishLoop(PublishRequest request, int connections, EventSchedule schedule, IPace pace)
    {
        (_schedule, _pace) = (schedule, pace);
        _connections = [.. Enumerable.Range(0, connections).Select(key => new PublishConnection(request, _epoll, key))];
        _freeSince = new long[connections];
        LastNumber = schedule.FirstNumber - 1;
    }

    /// <summary>The number that was published last; the one before the first: none yet.</summary>
    public int LastNumber { get; private set; }

    public int Published => LastNumber - _schedule.FirstNumber + 1;

    /// <summary>How late this process was itself, waiting for answers not counted; ns.</summary>
    public LatencyHistogram OwnDelay { get; } = new();

    public int Refused => _connections.Sum(connection => connection.Refused);

    public string? Refusal => _connections.Select(connection => connection.Refusal).FirstOrDefault(refusal => refusal is not null);

    /// <summary>Publishes a whole schedule in time over one connection; throws when one was refused.</summary>
    public static void PublishAll(PublishRequest request, EventSchedule schedule)
    {
        using var loop = new PublishLoop(request, 1, schedule, new OpenPace(schedule));
        loop.Run(long.MaxValue, static () => true);
        if (loop.Refused > 0) throw new LoadException($"{loop.Refused} publishes were refused: {loop.Refusal}");
    }

    /// <summary>Until all is published, or a time has come, or it is told to end.</summary>
    /// <param name="endAt">a timestamp</param>
    /// <param name="goOn">called often, also between events that are seconds apart</param>
    public void Run(long endAt, Func<bool> goOn)
    {
        // The kernel may otherwise wake us 50 µs late.
        Libc.ProcessControl(SetTimerSlack, 1, 0, 0, 0);
        long look = Stopwatch.Frequency / 20;
        while (LastNumber < _schedule.LastNumber && goOn())
        {
            long now = Stopwatch.GetTimestamp();
            if (now >= endAt) break;
            bool isWaitingForTime = PublishDue();
            long next = isWaitingForTime ? _pace.LookAgainAt(LastNumber + 1, now) : endAt;
            Serve(Math.Min(Math.Min(next, endAt), now + look));
        }
        AwaitAnswers();
    }

    public void Dispose()
    {
        foreach (PublishConnection connection in _connections) connection.Dispose();
        _epoll.Dispose();
    }

    // True: nothing is due; false: all connections are busy, or all is published.
    private bool PublishDue()
    {
        for (int i = 0; i < _connections.Length && LastNumber < _schedule.LastNumber; i++)
        {
            if (!_connections[i].IsFree) continue;
            long now = Stopwatch.GetTimestamp();
            int number = LastNumber + 1;
            if (!_pace.IsDue(number, now)) return true;
            _pace.Sending(number, now);
            _connections[i].Publish(number);
            LastNumber = number;
            if (_schedule.IsClosedLoop || number < _schedule.TimedFrom) continue;
            long couldAt = Math.Max(_schedule.DueAt(number), _freeSince[i]);
            OwnDelay.Record((now - couldAt) * (1_000_000_000 / Stopwatch.Frequency));
        }
        return false;
    }

    private void Serve(long until)
    {
        int ready = _epoll.WaitUntil(until);
        for (int i = 0; i < ready; i++)
        {
            int index = (int)_epoll.Data(i);
            _connections[index].Serve();
            if (_connections[index].IsFree) _freeSince[index] = Stopwatch.GetTimestamp();
        }
    }

    private void AwaitAnswers()
    {
        long until = Stopwatch.GetTimestamp() + (long)(s_answerMax.TotalSeconds * Stopwatch.Frequency);
        while (_connections.Any(connection => !connection.IsFree) && Stopwatch.GetTimestamp() < until) Serve(until);
    }
}
