using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Server.Tests.Stores;

/// <summary>The embedded store has the semantics of a Redis stream.</summary>
internal sealed class EmbeddedStoreTests
{
    [Test]
    public void Ids_are_now_and_only_grow_when_the_clock_steps_back()
    {
        using var store = new StoreHarness();
        EventId first = store.Add("news");
        Assert.That(first, Is.EqualTo(new EventId((ulong)store.Clock.NowMs, 0)));
        Assert.That(store.Add("news"), Is.EqualTo(first.Next()));
        store.Clock.NowMs -= 60_000;
        Assert.That(store.Add("news"), Is.EqualTo(first.Next().Next()));
        store.Clock.NowMs += 60_001;
        Assert.That(store.Add("news"), Is.EqualTo(new EventId((ulong)store.Clock.NowMs, 0)));
    }

    [Test]
    public void Ids_grow_across_expiry_even_when_the_clock_stepped_back()
    {
        using var store = new StoreHarness(ttlSeconds: 10);
        store.Add("news");
        EventId last = store.Add("news");
        store.Clock.NowMs += 10_000;
        store.Store.Tick();
        Assert.That(store.Peek("news"), Is.Null);
        store.Clock.NowMs -= 20_000;
        Assert.That(store.Add("news"), Is.GreaterThan(last));
    }

    [Test]
    public void An_expired_stream_begins_anew_also_without_a_tick()
    {
        using var store = new StoreHarness(ttlSeconds: 10);
        store.Add("news");
        store.Clock.NowMs += 9_999;
        store.Add("news");
        store.Clock.NowMs += 9_999;
        Assert.That(store.Locate("news", StartPoint.Now).Length, Is.EqualTo(2), "an append renews the expiry");
        store.Clock.NowMs += 1;
        EventId id = store.Add("news");
        Assert.That(store.Peek("news"), Is.EqualTo(new StreamExtent(true, id, id, 1, 1, id)));
    }

    [Test]
    public void Trimming_drops_whole_nodes_and_keeps_at_least_the_length()
    {
        using var store = new StoreHarness(lengthMax: 250);
        for (int i = 0; i < 2000; i++)
        {
            EventId id = store.Add("news");
            StreamExtent extent = store.Peek("news")!.Value;
            Assert.That(extent.Length, Is.InRange(Math.Min(i + 1, 250), 350));
            Assert.That((extent.Newest, extent.EntriesAdded), Is.EqualTo((id, i + 1L)));
        }
        Assert.That(store.Read("news", EventId.Zero), Has.Count.EqualTo(store.Peek("news")!.Value.Length));
    }

    [Test]
    public void A_bound_on_bytes_drops_the_oldest_but_never_the_last_node()
    {
        using var store = new StoreHarness(bytesMax: 100_000);
        string data = new('x', 3000);
        for (int i = 0; i < 300; i++)
            store.Add("news", data);
        Assert.That(store.Budget.UsedBy(MemoryKind.Store), Is.LessThanOrEqualTo(100_000 + (64 << 10)));
        EventId id = store.Add("news", new string('y', 200_000));
        Assert.That(store.Peek("news")!.Value.Oldest, Is.EqualTo(id));
    }

    [Test]
    public void The_coldest_history_goes_first_and_the_budget_holds()
    {
        using var store = new StoreHarness(memory: 20_000);
        string data = new('x', 900);
        foreach (string channel in new[] { "a", "b", "c", "a" })
        {
            for (int i = 0; i < 5; i++)
                store.Add(channel, data);
        }
        for (int i = 0; i < 40 && store.Peek("b") is not null; i++)
            store.Add("hot", data);
        Assert.That(store.Peek("b"), Is.Null, "b was written to longest ago");
        Assert.That(store.Peek("a"), Is.Not.Null);
        store.Store.Tick();
        Assert.That(store.Budget.IsExceeded, Is.False);
    }

    [Test]
    public void A_publish_is_refused_when_memory_is_gone_and_no_history_is_left()
    {
        using var store = new StoreHarness(memory: 10_000);
        store.Add("news");
        store.Budget.Add(MemoryKind.Log, 20_000);
        Assert.That(store.Append("news").Status, Is.EqualTo(AppendStatus.OutOfMemory));
        Assert.That(store.Peek("news"), Is.Null, "all history was dropped first");
        store.Budget.Add(MemoryKind.Log, -20_000);
        Assert.That(store.Append("news").Status, Is.EqualTo(AppendStatus.Stored));
    }

    [Test]
    public void A_key_repeats_conflicts_and_is_forgotten_after_five_minutes()
    {
        using var store = new StoreHarness();
        AppendResult first = store.Append("news", "data", "key");
        Assert.That(store.Append("news", "data", "key"), Is.EqualTo(new AppendResult(AppendStatus.Repeated, first.Id)));
        Assert.That(store.Append("news", "other", "key").Status, Is.EqualTo(AppendStatus.KeyConflict));
        Assert.That(store.Append("sport", "other", "key").Status, Is.EqualTo(AppendStatus.Stored), "keys are a channel's own");
        store.Clock.NowMs += (5 * 60 * 1000) - 1;
        Assert.That(store.Append("news", "data", "key").Status, Is.EqualTo(AppendStatus.Repeated));
        store.Clock.NowMs++;
        Assert.That(store.Append("news", "other", "key").Status, Is.EqualTo(AppendStatus.Stored));
        Assert.That(store.Peek("news")!.Value.Length, Is.EqualTo(2));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Locate_and_read_agree_with_a_list(int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var store = new StoreHarness(lengthMax: 400);
        var all = new List<EventId>();
        for (int i = 0; i < 1500; i++)
        {
            store.Clock.NowMs += random.Next(3);
            all.Add(store.Add("news", new string('x', random.Next(2) == 0 ? 20 : random.Next(3000))));
            if (i % 25 != 0)
                continue;
            EventId oldest = store.Peek("news")!.Value.Oldest;
            List<EventId> held = [.. all.Where(id => id >= oldest)];
            EventId asked = random.Next(3) == 0 ? all[random.Next(all.Count)].Next() : all[random.Next(all.Count)];
            Assert.That(store.Locate("news", new StartPoint(StartKind.After, asked)).Floor, Is.EqualTo(held.LastOrDefault(id => id <= asked)));
            int count = random.Next(600);
            Assert.That(store.Locate("news", new StartPoint(StartKind.Last, Count: count)).Floor, Is.EqualTo(held.SkipLast(count).LastOrDefault()));
            AssertPages(store, held, asked, random.Next(2) == 0 ? EventId.Max : all[random.Next(all.Count)]);
        }
        store.Store.Dispose();
        Assert.That(store.Budget.Used, Is.Zero);
    }

    [Test]
    public void All_memory_comes_back()
    {
        var store = new StoreHarness();
        for (int i = 0; i < 500; i++)
            store.Append($"c{i % 7}", "data", $"key{i}");
        store.Read("c1", EventId.Zero);
        Assert.That(store.Budget.Used, Is.Positive);
        store.Dispose();
        Assert.That(store.Budget.Used, Is.Zero);
    }

    /// <summary>Pages one after the other give everything in (after, until].</summary>
    private static void AssertPages(StoreHarness store, List<EventId> held, EventId after, EventId until)
    {
        var read = new List<EventId>();
        for (EventId from = after; store.Read("news", from, until) is { Count: > 0 } page; from = page[^1])
            read.AddRange(page);
        Assert.That(read, Is.EqualTo(held.Where(id => id > after && id <= until)));
    }
}
