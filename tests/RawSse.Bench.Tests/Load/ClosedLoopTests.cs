using System.Diagnostics;
using RawSse.Bench.Load.Fleet;

namespace RawSse.Bench.Tests.Load;

/// <summary>A closed loop: how far ahead it publishes when events arrive, and when they do not.</summary>
public sealed class ClosedLoopTests
{
    private const int First = 500;

    private static readonly EventSchedule s_schedule = new(Stopwatch.GetTimestamp(), First, 0, 1_000_000, First);

    private readonly FleetStream[] _streams = new FleetStream[3];
    private SendBoard _board = null!;
    private Arrivals _arrivals = null!;

    [SetUp]
    public void Begin() => _board = SendBoard.Create();

    [TearDown]
    public void End() => _board.Dispose();

    [Test]
    public void As_many_are_sent_as_may_be_in_flight_and_one_more_when_all_processes_have_one()
    {
        var pace = new ClosedPace(s_schedule, _board, processes: 2, inFlight: 4);
        long now = Stopwatch.GetTimestamp();
        Assert.That(Send(pace, First, now), Is.EqualTo(4));
        _board.Complete(0, 1);
        Assert.That(Send(pace, First + 4, now), Is.Zero);
        _board.Complete(1, 2);
        Assert.That(Send(pace, First + 4, now), Is.EqualTo(1));
        Assert.That(pace.Stalled, Is.Zero);
    }

    [Test]
    public void An_event_that_does_not_arrive_is_waited_for_two_seconds_and_so_is_the_next()
    {
        var pace = new ClosedPace(s_schedule, _board, processes: 1, inFlight: 2);
        long now = Stopwatch.GetTimestamp();
        int sent = Send(pace, First, now);
        // From now on nothing arrives any more.
        _board.Complete(0, 1);
        sent += Send(pace, First + sent, now);
        for (int times = 1; times <= 3; times++)
        {
            now += 2 * Stopwatch.Frequency;
            Assert.That(Send(pace, First + sent, now - 1), Is.Zero, $"before two seconds were over for the {times}. time");
            Assert.That(Send(pace, First + sent++, now), Is.EqualTo(1));
            Assert.That(pace.Stalled, Is.EqualTo(times));
        }
    }

    [Test]
    public void An_event_is_complete_when_all_streams_have_it()
    {
        BeginArrivals(s_schedule);
        Deliver(First, 0, 1);
        Assert.That(_board.Completed(0), Is.Zero);
        Deliver(First, 2);
        Assert.That(_board.Completed(0), Is.EqualTo(1));
    }

    [Test]
    public void A_lost_event_leaves_nothing_to_the_one_that_takes_its_slot()
    {
        BeginArrivals(s_schedule);
        Deliver(First, 0, 1);
        Deliver(First + SendBoard.Slots, 0);
        Assert.That(_board.Completed(0), Is.Zero);
        Deliver(First + SendBoard.Slots, 1, 2);
        Assert.That(_board.Completed(0), Is.EqualTo(1));
    }

    [Test]
    public void What_is_sent_while_everything_warms_up_is_not_timed()
    {
        long now = Stopwatch.GetTimestamp();
        BeginArrivals(s_schedule with { TimedAt = now });
        _board.Send(First, now - 1);
        _board.Send(First + 1, now);
        Deliver(First, 0);
        Deliver(First + 1, 0);
        Assert.That((_arrivals.Deliveries, _arrivals.Timed, _arrivals.Latency.Count), Is.EqualTo((2L, 1L, 1L)));
    }

    [Test]
    public void What_one_process_tells_another_reads_and_no_file_of_it_has_a_name()
    {
        using SendBoard other = SendBoard.Open(_board.Name);
        _board.Send(First, 17);
        other.Complete(3, 4);
        Assert.That((other.SentAt(First), _board.Completed(3)), Is.EqualTo((17L, 4L)));
        Assert.That(new FileInfo(_board.Name).LinkTarget, Does.EndWith("(deleted)"));
    }

    // How many may be sent at this time.
    private static int Send(ClosedPace pace, int number, long now)
    {
        int sent = 0;
        while (sent < 100 && pace.IsDue(number + sent, now)) sent++;
        return sent;
    }

    private void BeginArrivals(EventSchedule schedule)
    {
        _arrivals = new Arrivals();
        _arrivals.Begin(schedule, _board, 0, _streams.Length);
        foreach (ref FleetStream stream in _streams.AsSpan())
        {
            stream = default;
            stream.State.NextPlace = First;
        }
    }

    private void Deliver(int number, params ReadOnlySpan<int> streams)
    {
        long now = Stopwatch.GetTimestamp();
        foreach (int stream in streams) _arrivals.Deliver(ref _streams[stream], number, now, now);
    }
}
