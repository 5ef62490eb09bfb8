using System.Collections.Concurrent;
using System.Diagnostics;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// A load process of a fleet at work, on one thread: opens its connections, counts what arrives, obeys orders that another
/// thread has read, and reports twice a second.
/// </summary>
internal sealed class FleetSession : IDisposable
{
    private const int ReadyMax = 256;
    private const int LookMs = 20;
    private static readonly TimeSpan s_reportEach = TimeSpan.FromSeconds(0.5);

    // Shorter than anything that slept: then what is ready may have waited since the time before.
    private static readonly long s_sleepMin = Stopwatch.Frequency / 50_000;

    private readonly ConcurrentQueue<FleetOrder> _orders;
    private readonly Action<FleetReport> _report;
    private readonly EpollSet _epoll = new(ReadyMax);
    private readonly FleetStreams _streams;
    private readonly SendBoard? _board;
    private long _beganAt = Stopwatch.GetTimestamp();
    private long _beganCpu = CpuClock.OfSelf();
    private int _endedBefore;
    private FleetOrder? _finish;
    private long _finishBy;

    public FleetSession(FleetPlan plan, ConcurrentQueue<FleetOrder> orders, Action<FleetReport> report)
    {
        (_orders, _report) = (orders, report);
        _board = plan.BoardFile is { } file ? SendBoard.Open(file) : null;
        _streams = new FleetStreams(plan, _epoll);
    }

    /// <summary>Until told to stop.</summary>
    public void Run(Func<bool> isOver)
    {
        long reportedAt = 0;
        long slowFrom = Stopwatch.GetTimestamp();
        long wokenAt = slowFrom;
        while (!isOver())
        {
            while (_orders.TryDequeue(out FleetOrder? order)) Obey(order);
            _streams.ConnectDue();
            _streams.ServeSlow(slowFrom);
            wokenAt = Pump(wokenAt);
            if (_finish is not null) TryFinish();
            if (Stopwatch.GetElapsedTime(reportedAt) < s_reportEach) continue;
            reportedAt = Stopwatch.GetTimestamp();
            _report(Describe());
        }
    }

    public void Dispose()
    {
        _streams.Dispose();
        _epoll.Dispose();
        _board?.Dispose();
    }

    // Returns when it was woken.
    private long Pump(long wokenBefore)
    {
        long asked = Stopwatch.GetTimestamp();
        int ready = _epoll.Wait(LookMs);
        long woken = Stopwatch.GetTimestamp();
        _streams.LookedAt = woken - asked < s_sleepMin ? wokenBefore : woken;
        for (int i = 0; i < ready; i++) _streams.Serve((int)_epoll.Data(i), _epoll.IsPeerClosed(i));
        return woken;
    }

    private void Obey(FleetOrder order)
    {
        if (order.Act == FleetAct.Begin)
        {
            (_beganAt, _beganCpu, _endedBefore) = (Stopwatch.GetTimestamp(), CpuClock.OfSelf(), _streams.Ended);
            _streams.Begin(order.Schedule!, _board);
            return;
        }
        _finish = order;
        _finishBy = Stopwatch.GetTimestamp() + (long)(order.PatienceSeconds * Stopwatch.Frequency);
    }

    private void TryFinish()
    {
        int last = _finish!.LastNumber;
        if (last > 0 && Stopwatch.GetTimestamp() < _finishBy && !_streams.HasAll(last)) return;
        FleetReport times = Describe();
        if (last > 0) _streams.GiveUp(last);
        _finish = null;
        _report(Describe() with
        {
            IsFinal = true,
            Cpu = times.Cpu,
            Seconds = times.Seconds,
            Latency = _streams.Arrivals.Latency.Export(),
            OwnDelay = _streams.Arrivals.OwnDelay.Export(),
        });
    }

    private FleetReport Describe()
    {
        Arrivals arrivals = _streams.Arrivals;
        return new FleetReport
        {
            Begun = _streams.Begun,
            Opened = _streams.Opened,
            Refused = _streams.Refused,
            Ended = _streams.Ended,
            EndedInWindow = _streams.Ended - _endedBefore,
            Refusal = _streams.Refusal,
            Deliveries = arrivals.Deliveries,
            Timed = arrivals.Timed,
            Lost = arrivals.Lost,
            Repeated = arrivals.Repeated,
            OutOfOrder = arrivals.OutOfOrder,
            SkippedBySlow = arrivals.SkippedBySlow,
            Foreign = arrivals.Foreign,
            Bytes = _streams.Bytes,
            Reads = _streams.Reads,
            Cpu = CpuClock.OfSelf() - _beganCpu,
            Seconds = Stopwatch.GetElapsedTime(_beganAt).TotalSeconds,
        };
    }
}
