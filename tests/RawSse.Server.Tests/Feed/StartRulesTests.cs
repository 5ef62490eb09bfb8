using RawSse.Protocol.Ids;
using RawSse.Server.Feed;
using RawSse.Server.Stores;

namespace RawSse.Server.Tests.Feed;

/// <summary>The gap table of contract §3, row by row, from extents as a store gives them.</summary>
internal sealed class StartRulesTests
{
    private static readonly StreamExtent Nothing = new(false, default, default, 0, 0, default);

    // Entries 10-0, 20-0, 30-0; the second had two before it that were trimmed.
    private static readonly StreamExtent Whole = new(true, Id(10), Id(30), 3, 3, default);
    private static readonly StreamExtent Trimmed = new(true, Id(10), Id(30), 3, 5, default);

    // All entries were trimmed, the stream is still there (Redis only).
    private static readonly StreamExtent Empty = new(true, default, Id(30), 0, 3, default);

    public static IEnumerable<TestCaseData> Rows()
    {
        yield return Row("found", After(20), Whole with { Floor = Id(20) }, Id(20), GapReason.None);
        yield return Row("the newest", After(30), Whole with { Floor = Id(30) }, Id(30), GapReason.None);
        yield return Row("the oldest", After(10), Trimmed with { Floor = Id(10) }, Id(10), GapReason.None);
        yield return Row("from an id includes it", At(20), Whole with { Floor = Id(20) }, Id(20).Previous(), GapReason.None);
        yield return Row("0-0, nothing trimmed", After(0), Whole, Id(0), GapReason.None);
        yield return Row("0-0, trimmed", After(0), Trimmed, Id(10).Previous(), GapReason.Trimmed);
        yield return Row("0-0, no stream", After(0), Nothing, Id(0), GapReason.None);
        yield return Row("0-0, all trimmed", After(0), Empty, Id(30), GapReason.Trimmed);
        yield return Row("from=0-0", At(0), Trimmed, Id(10).Previous(), GapReason.Trimmed);
        yield return Row("earliest, nothing trimmed", new(StartKind.Earliest), Whole, Id(0), GapReason.None);
        yield return Row("earliest, trimmed", new(StartKind.Earliest), Trimmed, Id(10).Previous(), GapReason.Trimmed);
        yield return Row("earliest, no stream", new(StartKind.Earliest), Nothing, Id(0), GapReason.None);
        yield return Row("older than the oldest", After(5), Trimmed, Id(10).Previous(), GapReason.Trimmed);
        yield return Row("older than the oldest of a stream that began anew", After(5), Whole, Id(10).Previous(), GapReason.Trimmed);
        yield return Row("no stream any more", After(5), Nothing, Id(5), GapReason.Trimmed);
        yield return Row("all trimmed, older", After(5), Empty, Id(30), GapReason.Trimmed);
        yield return Row("all trimmed, the newest", After(30), Empty, Id(30), GapReason.None);
        yield return Row("between, but not there", After(25), Whole with { Floor = Id(20) }, Id(20), GapReason.Unknown);
        yield return Row("newer than the newest", After(31), Whole with { Floor = Id(30) }, Id(30), GapReason.Ahead);
        yield return Row("newer than the newest, which was deleted", After(31), Whole with { Floor = Id(20) }, Id(20), GapReason.Ahead);
        yield return Row("newer than the newest, nothing is left", After(31), Empty, Id(30), GapReason.Ahead);
        yield return Row("cannot be read", new(StartKind.Unreadable), Whole, Id(30), GapReason.Unknown);
        yield return Row("cannot be read, no stream", new(StartKind.Unreadable), Nothing, Id(0), GapReason.Unknown);
        yield return Row("the last two", new(StartKind.Last, Count: 2), Whole with { Floor = Id(10) }, Id(10), GapReason.None);
        yield return Row("the last of more than there are", new(StartKind.Last, Count: 9), Trimmed, Id(10).Previous(), GapReason.None);
        yield return Row("now", StartPoint.Now, Trimmed, Id(30), GapReason.None);
    }

    public static IEnumerable<TestCaseData> Replays()
    {
        yield return Replay("still held", 20, Whole, true);
        yield return Replay("at the newest", 30, Trimmed, true);
        yield return Replay("overtaken by trimming", 5, Trimmed, false);
        yield return Replay("overtaken from the very beginning", 0, Trimmed, false);
        yield return Replay("from the very beginning", 0, Whole, true);
        yield return Replay("the stream began anew", 5, Whole, false);
        yield return Replay("all was trimmed", 20, Empty, false);
    }

    [TestCaseSource(nameof(Rows))]
    public void A_start_is_decided_by_the_gap_table(object start, object extent, object from, object gap) =>
        Assert.That(StartRules.Decide((StartPoint)start, (StreamExtent)extent), Is.EqualTo(new StartDecision((EventId)from, (GapReason)gap)));

    [TestCaseSource(nameof(Replays))]
    public void A_page_continues_a_replay_only_if_nothing_was_lost_between(object after, object extent, bool continues) =>
        Assert.That(StartRules.Continues((EventId)after, (StreamExtent)extent), Is.EqualTo(continues));

    [Test]
    public void Right_before_the_oldest_a_replay_continues() =>
        Assert.That(StartRules.Continues(StartRules.BeforeOldest(Trimmed), Trimmed));

    [Test]
    public void After_a_loss_nobody_goes_back_behind_what_they_had()
    {
        Assert.That(StartRules.AfterLoss(Id(5), Whole), Is.EqualTo(Id(10).Previous()));
        Assert.That(StartRules.AfterLoss(Id(5), Nothing), Is.EqualTo(Id(5)));
        Assert.That(StartRules.AfterLoss(Id(5), Empty), Is.EqualTo(Id(30)));
    }

    private static EventId Id(ulong milliseconds) => new(milliseconds, 0);

    private static StartPoint After(ulong milliseconds) => new(StartKind.After, Id(milliseconds));

    private static StartPoint At(ulong milliseconds) => new(StartKind.At, Id(milliseconds));

    private static TestCaseData Row(string name, StartPoint start, StreamExtent extent, EventId from, GapReason gap) =>
        new TestCaseData(start, extent, from, gap).SetArgDisplayNames(name);

    private static TestCaseData Replay(string name, ulong after, StreamExtent extent, bool continues) =>
        new TestCaseData(Id(after), extent, continues).SetArgDisplayNames(name);
}
