using RawSse.Bench.Load;

namespace RawSse.Bench.Tests.Load;

/// <summary>The account of two subscribers, to whom the server sends in an order of its own.</summary>
public sealed class EventLedgerTests
{
    private EventLedger _ledger = new();
    private int _first;
    private int _second;

    [SetUp]
    public void Begin() => (_ledger, _first, _second) = (new EventLedger(), 0, 0);

    [Test]
    public void Events_in_any_order_of_the_server_that_is_the_same_for_all_are_exact()
    {
        Publish(3);
        foreach (int number in (int[])[2, 1, 3])
        {
            Deliver(ref _first, number);
            Deliver(ref _second, number);
        }
        AssertCounts(deliveries: 6, lost: 0, repeated: 0, completed: 3);
    }

    [Test]
    public void An_event_that_one_subscriber_was_not_sent_is_lost()
    {
        Publish(3);
        foreach (int number in (int[])[1, 2, 3]) Deliver(ref _first, number);
        foreach (int number in (int[])[1, 3]) Deliver(ref _second, number);
        AssertCounts(deliveries: 5, lost: 1, repeated: 0, completed: 3);
    }

    [Test]
    public void An_event_that_comes_again_is_repeated()
    {
        Publish(2);
        foreach (int number in (int[])[1, 1, 2, 1]) Deliver(ref _first, number);
        AssertCounts(deliveries: 2, lost: 0, repeated: 2, completed: 0);
    }

    [Test]
    public void Another_order_at_another_subscriber_is_a_loss_and_a_repetition()
    {
        Publish(2);
        foreach (int number in (int[])[1, 2]) Deliver(ref _first, number);
        foreach (int number in (int[])[2, 1]) Deliver(ref _second, number);
        AssertCounts(deliveries: 3, lost: 1, repeated: 1, completed: 2);
    }

    [TestCase(3)]
    [TestCase(0)]
    [TestCase(99_999_999)]
    public void A_number_that_was_not_published_is_a_fault(int number)
    {
        Publish(2);
        Deliver(ref _first, number);
        Assert.That((_ledger.Deliveries, _ledger.Repeated), Is.EqualTo((0L, 1L)));
    }

    [Test]
    public void Many_times_more_events_than_there_are_slots_stay_exact()
    {
        for (int i = 0; i < 20_000; i++)
        {
            int number = _ledger.Publish(2, 0);
            Deliver(ref _first, number);
            Assert.That(_ledger.IsComplete(number), Is.False);
            Deliver(ref _second, number);
        }
        AssertCounts(deliveries: 40_000, lost: 0, repeated: 0, completed: 20_000);
    }

    [Test]
    public void A_new_window_forgets_counts_and_keeps_places()
    {
        Publish(1);
        Deliver(ref _first, 1);
        _ledger.BeginWindow();
        Deliver(ref _second, 1);
        AssertCounts(deliveries: 1, lost: 0, repeated: 0, completed: 1);
    }

    private void Publish(int events)
    {
        for (int i = 0; i < events; i++) _ledger.Publish(2, 0);
    }

    private void Deliver(ref int place, int number) => _ledger.Deliver(ref place, number, 1);

    private void AssertCounts(long deliveries, long lost, long repeated, long completed) => Assert.That(
        (_ledger.Deliveries, _ledger.Lost, _ledger.Repeated, _ledger.Completed), Is.EqualTo((deliveries, lost, repeated, completed)),
        "deliveries, lost, repeated, completed");
}
