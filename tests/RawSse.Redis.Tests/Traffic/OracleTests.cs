using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Traffic;

/// <summary>A detector is trusted after it has been seen to fail.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OracleTests
{
    private static readonly StoredEntry[] Entries = [.. Enumerable.Range(1, 6).Select(i => new StoredEntry(Id(i), $"news {i}"))];

    [Test]
    public void Every_entry_once_and_in_order_is_what_it_wants() => Assert.That(Faults(GapRule.None, 0, [.. Events(1, 6)]), Is.Empty);

    [Test]
    public void Entries_up_to_the_first_position_are_not_wanted() => Assert.That(Faults(GapRule.None, 2, [.. Events(3, 6)]), Is.Empty);

    [TestCase(GapRule.None)]
    [TestCase(GapRule.StoreLoses)]
    [TestCase(GapRule.Announced)]
    public void It_finds_a_lost_event(GapRule rule) =>
        Assert.That(Faults(rule, 0, [.. Events(1, 2), .. Events(4, 6)]), Has.One.Contains("1 entries from «news 3» (3-0) on were lost"));

    [TestCase(GapRule.None)]
    [TestCase(GapRule.StoreLoses)]
    [TestCase(GapRule.Announced)]
    public void It_finds_events_lost_at_the_end(GapRule rule) =>
        Assert.That(Faults(rule, 0, [.. Events(1, 4)]), Has.One.Contains("never got 2 entries from «news 5»"));

    [TestCase(GapRule.None)]
    [TestCase(GapRule.Announced)]
    public void It_finds_an_event_lost_before_the_first_that_came(GapRule rule) =>
        Assert.That(Faults(rule, 2, [.. Events(4, 6)]), Has.One.Contains("«news 3» (3-0) on were lost"));

    [TestCase(GapRule.None)]
    [TestCase(GapRule.Announced)]
    public void It_finds_an_event_that_came_twice(GapRule rule) =>
        Assert.That(Faults(rule, 0, [.. Events(1, 3), .. Events(3, 6)]), Has.One.Contains("«news 3» (3-0) came twice or out of order"));

    [TestCase(GapRule.None)]
    [TestCase(GapRule.Announced)]
    public void It_finds_an_event_from_before_the_position(GapRule rule) =>
        Assert.That(Faults(rule, 3, [.. Events(3, 6)]), Has.One.Contains("«news 3» (3-0) came twice or out of order"));

    [TestCase(GapRule.None)]
    [TestCase(GapRule.Announced)]
    public void It_finds_events_out_of_order(GapRule rule) =>
        Assert.That(Faults(rule, 0, [.. Events(1, 2), .. Events(4, 4), .. Events(3, 3), .. Events(5, 6)]), Is.Not.Empty);

    [Test]
    public void It_finds_other_data_under_an_id() =>
        Assert.That(Faults(GapRule.None, 0, [.. Events(1, 5), new(false, Id(6), "news 7")]), Has.One.Contains("it got «news 7»"));

    [Test]
    public void It_finds_a_client_that_never_got_a_position()
    {
        var oracle = new Oracle(new() { ["news"] = Entries }, GapRule.None);
        oracle.Judge(new ChannelRecord("#1", "news"));
        Assert.That(oracle.Faults, Has.One.Contains("never got a position"));
    }

    [Test]
    public void A_gap_is_a_fault_where_the_store_loses_nothing() =>
        Assert.That(Faults(GapRule.None, 0, [.. Events(1, 2), Gap(2), .. Events(3, 6)]), Has.One.Contains("a gap «lost» at 2-0"));

    [Test]
    public void A_false_alarm_is_no_fault_where_the_store_may_lose() =>
        Assert.That(Faults(GapRule.StoreLoses, 0, [.. Events(1, 2), Gap(2), .. Events(3, 6)]), Is.Empty);

    [Test]
    public void An_announced_loss_is_no_fault_where_it_is_allowed_and_only_there()
    {
        Observation[] seen = [.. Events(1, 2), Gap(4), .. Events(5, 6)];
        Assert.That(Faults(GapRule.Announced, 0, seen), Is.Empty);
        Assert.That(Faults(GapRule.StoreLoses, 0, seen), Has.One.Contains("leaves out 2 entries that the store has, from 3-0 on"));
    }

    [Test]
    public void A_gap_excuses_no_more_than_what_it_announced() =>
        Assert.That(Faults(GapRule.Announced, 0, [.. Events(1, 2), Gap(3), .. Events(5, 6)]), Has.One.Contains("«news 4» (4-0) on were lost"));

    [Test]
    public void A_gap_excuses_nothing_that_comes_twice() =>
        Assert.That(Faults(GapRule.Announced, 0, [.. Events(1, 3), Gap(1), .. Events(2, 6)]), Has.Some.Contains("«news 2» (2-0) came twice"));

    [Test]
    public void An_event_that_the_store_lost_must_be_followed_by_a_gap()
    {
        Observation vanished = new(false, new(2, 5), "news 2b");
        Assert.That(Faults(GapRule.StoreLoses, 0, [.. Events(1, 2), vanished, Gap(2), .. Events(3, 6)]), Is.Empty);
        Assert.That(Faults(GapRule.StoreLoses, 0, [.. Events(1, 2), vanished, .. Events(3, 6)]), Has.One.Contains("lost 2-5, which it saw, and it got 3-0"));
        Assert.That(Faults(GapRule.StoreLoses, 0, [.. Events(1, 6), new(false, new(9, 0), "x")]), Has.One.Contains("lost 9-0, which it saw, and no gap"));
        Assert.That(Faults(GapRule.None, 0, [.. Events(1, 2), vanished, Gap(2), .. Events(3, 6)]), Has.One.Contains("is not in the store"));
    }

    [Test]
    public void What_was_acknowledged_must_be_in_the_store_once_and_under_its_id()
    {
        var oracle = new Oracle(new() { ["news"] = [.. Entries, new(Id(7), "news 1")] }, GapRule.None);
        Assert.That(oracle.Faults, Has.One.Contains("the store has «news 1» 2 times: 1-0, 7-0"));
        oracle.JudgeAcknowledged("news", "news 2", Id(2));
        Assert.That(oracle.Faults, Has.Count.EqualTo(1));
        oracle.JudgeAcknowledged("news", "news 8", Id(8));
        Assert.That(oracle.Faults, Has.One.Contains("no such entry"));
        oracle.JudgeAcknowledged("news", "news 3", Id(2));
        Assert.That(oracle.Faults, Has.One.Contains("which is «news 2»"));
    }

    [Test]
    public void It_finds_any_single_fault_in_a_long_run()
    {
        var random = new Random(Seed.Take());
        StoredEntry[] entries = [.. Enumerable.Range(1, 400).Select(i => new StoredEntry(new((ulong)i / 3, (ulong)i % 3), $"{i}"))];
        for (int round = 0; round < 300; round++)
        {
            int start = random.Next(300);
            List<Observation> seen = [.. entries.Skip(start).Select(e => new Observation(false, e.Id, e.Data))];
            EventId position = start == 0 ? default : entries[start - 1].Id;
            Assert.That(Faults(entries, GapRule.Announced, position, seen), Is.Empty, "the control");
            int at = random.Next(seen.Count - 1);
            switch (random.Next(3))
            {
                case 0: seen.RemoveAt(at); break;
                case 1: seen.Insert(random.Next(at, seen.Count) + 1, seen[at]); break;
                default: (seen[at], seen[at + 1]) = (seen[at + 1], seen[at]); break;
            }
            Assert.That(Faults(entries, GapRule.Announced, position, seen), Is.Not.Empty);
        }
    }

    private static EventId Id(int ms) => new((ulong)ms, 0);

    private static IEnumerable<Observation> Events(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(i => new Observation(false, Id(i), $"news {i}"));

    private static Observation Gap(int position) => new(true, Id(position), "lost");

    private static IReadOnlyList<string> Faults(GapRule rule, int start, IReadOnlyList<Observation> seen) =>
        Faults(Entries, rule, Id(start), seen);

    private static IReadOnlyList<string> Faults(StoredEntry[] entries, GapRule rule, EventId start, IReadOnlyList<Observation> seen)
    {
        var oracle = new Oracle(new() { ["news"] = entries }, rule);
        var record = new ChannelRecord("#1", "news");
        record.StartAt(start);
        foreach (Observation one in seen) record.Add(one);
        oracle.Judge(record);
        return oracle.Faults;
    }
}
