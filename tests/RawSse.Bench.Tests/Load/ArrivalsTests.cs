using System.Diagnostics;
using RawSse.Bench.Load.Fleet;

namespace RawSse.Bench.Tests.Load;

/// <summary>What the account of a load process says of events that are left out, come again, or overtake each other.</summary>
public sealed class ArrivalsTests
{
    private const int First = 1_000;
    private const int Window = 64;

    private readonly Arrivals _arrivals = new();
    private FleetStream _stream;

    [SetUp]
    public void Begin()
    {
        _arrivals.Begin(new EventSchedule(Stopwatch.GetTimestamp(), First, 1_000_000, 1_000, First + 10), null, 0, 1);
        _stream = default;
        _stream.State.NextPlace = First;
    }

    [Test]
    public void Events_in_order_are_deliveries_and_those_after_the_warm_up_are_timed()
    {
        Deliver(Enumerable.Range(First, 200));
        Finish(First + 199);
        Assert.That((_arrivals.Deliveries, _arrivals.Timed, _arrivals.Latency.Count), Is.EqualTo((200L, 190L, 190L)));
        AssertFaults(lost: 0, repeated: 0, outOfOrder: 0);
    }

    [Test]
    public void A_missing_event_is_lost_when_the_window_has_passed_it()
    {
        Deliver(Enumerable.Range(First, 5).Concat(Enumerable.Range(First + 6, Window - 1)));
        AssertFaults(lost: 0, repeated: 0, outOfOrder: 0);
        Deliver([First + 5 + Window]);
        AssertFaults(lost: 1, repeated: 0, outOfOrder: 0);
    }

    [Test]
    public void A_missing_event_is_lost_when_the_window_ends()
    {
        Deliver([First, First + 2, First + 4]);
        Assert.That(Arrivals.HasAll(_stream, First + 4), Is.False);
        Finish(First + 6);
        // 1 and 3 in the middle, 5 and 6 at the end.
        AssertFaults(lost: 4, repeated: 0, outOfOrder: 0);
    }

    [TestCase(Window)]
    [TestCase(Window + 1)]
    [TestCase(2 * Window)]
    [TestCase(500)]
    public void A_hole_of_any_length_is_counted_to_the_event(int hole)
    {
        Deliver([First, First + 3]);
        Deliver(Enumerable.Range(First + 4 + hole, 100));
        Finish(First + 4 + hole + 99);
        AssertFaults(lost: hole + 2, repeated: 0, outOfOrder: 0);
    }

    [TestCase(0)]
    [TestCase(3)]
    public void An_event_that_comes_again_is_repeated(int back)
    {
        Deliver(Enumerable.Range(First, 10));
        Deliver([First + 9 - back]);
        Assert.That(_arrivals.Deliveries, Is.EqualTo(10));
        AssertFaults(lost: 0, repeated: 1, outOfOrder: 0);
    }

    [Test]
    public void An_event_that_comes_again_before_those_it_overtook_is_repeated()
    {
        Deliver([First + 1, First + 1]);
        AssertFaults(lost: 0, repeated: 1, outOfOrder: 0);
    }

    [Test]
    public void An_event_that_was_overtaken_is_out_of_order_and_not_lost()
    {
        Deliver([First + 1, First, First + 2]);
        Finish(First + 2);
        AssertFaults(lost: 0, repeated: 0, outOfOrder: 1);
    }

    [Test]
    public void Any_order_within_the_window_loses_and_repeats_nothing()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int block = 0; block < 10; block++)
        {
            int[] numbers = [.. Enumerable.Range(First + block * Window, Window)];
            random.Shuffle(numbers);
            Deliver(numbers);
        }
        Finish(First + 10 * Window - 1);
        Assert.That((_arrivals.Deliveries, _arrivals.Lost, _arrivals.Repeated), Is.EqualTo((10L * Window, 0L, 0L)), $"new Random({seed})");
    }

    [TestCase(First - 1)]
    [TestCase(First + 1_000)]
    public void An_event_of_another_window_is_foreign_and_no_delivery(int number)
    {
        Deliver([number]);
        Assert.That((_arrivals.Foreign, _arrivals.Deliveries), Is.EqualTo((1L, 0L)));
    }

    [Test]
    public void What_a_slow_stream_was_never_sent_is_told_apart_and_its_latency_is_not_counted()
    {
        _stream.IsSlow = true;
        Deliver([First]);
        Deliver(Enumerable.Range(First + 100, 100));
        Finish(First + 500);
        Assert.That((_arrivals.SkippedBySlow, _arrivals.Timed), Is.EqualTo((99L, 0L)));
        AssertFaults(lost: 0, repeated: 0, outOfOrder: 0);
    }

    private void Deliver(IEnumerable<int> numbers)
    {
        long now = Stopwatch.GetTimestamp();
        foreach (int number in numbers) _arrivals.Deliver(ref _stream, number, now, now);
    }

    private void Finish(int lastNumber) => _arrivals.GiveUp(ref _stream, lastNumber);

    private void AssertFaults(long lost, long repeated, long outOfOrder) =>
        Assert.That((_arrivals.Lost, _arrivals.Repeated, _arrivals.OutOfOrder), Is.EqualTo((lost, repeated, outOfOrder)), "lost, repeated, out of order");
}
