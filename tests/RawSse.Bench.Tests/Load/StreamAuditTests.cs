using System.Text;
using RawSse.Bench.Load.Fleet;
using RawSse.Protocol.Sse;

namespace RawSse.Bench.Tests.Load;

/// <summary>What <c>slow</c> and <c>soak</c> call lost, told and repeated, on streams that a server could send.</summary>
public sealed class StreamAuditTests
{
    private StreamAudit _audit = new(1);

    [SetUp]
    public void Begin() => _audit = new StreamAudit(1);

    [Test]
    public void Events_in_order_are_no_fault()
    {
        Read(Event(1), Event(2), Event(3));
        AssertCounts(events: 3, lostSilently: 0, lostTold: 0, repeated: 0);
        Assert.That((_audit.Last, _audit.LastEventId), Is.EqualTo((3, "17-3")));
    }

    [Test]
    public void An_event_left_out_without_a_word_is_lost_silently()
    {
        Read(Event(1), Event(3), Event(7));
        AssertCounts(events: 3, lostSilently: 4, lostTold: 0, repeated: 0);
    }

    [Test]
    public void The_first_event_that_a_reader_is_owed_can_be_lost_too()
    {
        Read(Event(2));
        AssertCounts(events: 1, lostSilently: 1, lostTold: 0, repeated: 0);
    }

    [Test]
    public void What_a_gap_event_told_is_not_lost_silently_and_what_follows_is()
    {
        Read(Event(1), Gap, Event(5), Event(7));
        AssertCounts(events: 3, lostSilently: 1, lostTold: 3, repeated: 0);
        Assert.That(_audit.Gaps, Is.EqualTo(1));
    }

    [Test]
    public void A_false_alarm_excuses_no_later_loss()
    {
        Read(Event(1), Gap, Event(2), Event(4));
        AssertCounts(events: 3, lostSilently: 1, lostTold: 0, repeated: 0);
    }

    [Test]
    public void An_event_that_comes_again_is_repeated_also_on_the_next_connection()
    {
        Read(Event(1), Event(2), Event(2));
        Read(Event(1), Event(3));
        AssertCounts(events: 5, lostSilently: 0, lostTold: 0, repeated: 2);
    }

    [Test]
    public void What_is_left_out_between_two_connections_is_lost_silently()
    {
        Read(Event(1), Event(2));
        Read("id: 17-2\n\n", Event(4));
        AssertCounts(events: 3, lostSilently: 1, lostTold: 0, repeated: 0);
    }

    [Test]
    public void A_reader_that_may_begin_anywhere_loses_nothing_by_it()
    {
        _audit = new StreamAudit();
        Assert.That(_audit.Last, Is.Negative);
        Read(Event(100), Event(102));
        AssertCounts(events: 2, lostSilently: 1, lostTold: 0, repeated: 0);
    }

    private static string Gap => "id: 17-4\nevent: rawsse.gap\ndata: {\"channel\":\"bench\",\"reason\":\"trimmed\"}\n\n";

    private static string Event(int number) => $"id: 17-{number}\nevent: update\ndata: @{number:00000000}abc\n\n";

    // One connection.
    private void Read(params IEnumerable<string> blocks) =>
        new SseReader(1 << 16).Push(Encoding.UTF8.GetBytes(string.Concat(blocks)), _audit);

    private void AssertCounts(long events, long lostSilently, long lostTold, long repeated) => Assert.That(
        (_audit.Events, _audit.LostSilently, _audit.LostTold, _audit.Repeated), Is.EqualTo((events, lostSilently, lostTold, repeated)),
        "events, lost silently, lost and told, repeated");
}
