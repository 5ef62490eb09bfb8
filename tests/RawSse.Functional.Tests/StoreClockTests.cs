using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>What depends on the store's clock, which a test moves: that of Redis is not ours to move.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class StoreClockTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task Expired_history_is_a_gap_trimmed_and_what_comes_then_arrives()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options => options.Ttl = TimeSpan.FromHours(1), clock);
        string[] ids = await server.PublishManyAsync("news", ["a", "b"]);
        clock.Advance(TimeSpan.FromMinutes(59));
        StreamClient kept = await server.OpenAsync(GapTests.News, ids[0]);
        await kept.WaitForEventsAsync(1);
        Assert.That(kept.Data, Is.EqualTo(new[] { "b" }), "a minute before it expires the history is there");
        await kept.ResetAsync();
        clock.Advance(TimeSpan.FromMinutes(2));

        StreamClient stream = await server.OpenAsync(GapTests.News, ids[0]);
        await stream.WaitForEventsAsync(1);
        Gap gap = stream.Gaps().Single();
        Assert.That((gap.Channel, gap.Reason, gap.Requested), Is.EqualTo(("news", "trimmed", ids[0])));
        string after = await server.PublishAsync("news", "after");
        Assert.That(EventId.Parse(after), Is.GreaterThan(EventId.Parse(ids[1])));
        await stream.WaitForDataAsync("after");
        Assert.That(stream.Events, Has.Count.EqualTo(2));
        await GapTests.AssertNothingLostFromAsync(server, gap.Id, [after]);
    }

    [Test]
    public async Task Each_publish_renews_the_expiry()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options => options.Ttl = TimeSpan.FromHours(1), clock);
        string first = await server.PublishAsync("news", "a");
        for (int i = 0; i < 4; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(40));
            await server.PublishAsync("news", $"{i}");
        }
        StreamClient stream = await server.OpenAsync(GapTests.News, first);
        await stream.WaitForEventsAsync(4);
        Assert.That(stream.Data, Is.EqualTo(new[] { "0", "1", "2", "3" }));
    }

    [Test]
    public async Task An_unknown_id_between_oldest_and_newest_is_a_gap_and_then_everything_after_it()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        string first = await server.PublishAsync("news", "a");
        clock.Advance(TimeSpan.FromSeconds(10));
        string second = await server.PublishAsync("news", "b");
        string third = await server.PublishAsync("news", "c");
        string between = $"{EventId.Parse(first).Ms + 5}-7";
        StreamClient stream = await server.OpenAsync(GapTests.News, between);
        await stream.WaitForEventsAsync(3);
        Gap gap = stream.Gaps().Single();
        Assert.That(gap, Is.EqualTo(new Gap(gap.Id, "news", "unknown", between, first, third)));
        Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(new[] { gap.Id, second, third }));
        await GapTests.AssertNothingLostFromAsync(server, gap.Id, [second, third]);
        await GapTests.AssertSaidAgainFromPositionAsync(server, stream, [second, third]);
    }

    [Test]
    public async Task A_key_is_forgotten_after_five_minutes()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        string first = (await IdempotencyTests.PostAsync(server, "news", "hello", "k")).PublishedId();
        clock.Advance(TimeSpan.FromSeconds(299));
        Assert.That((await IdempotencyTests.PostAsync(server, "news", "hello", "k")).PublishedId(), Is.EqualTo(first));
        clock.Advance(TimeSpan.FromSeconds(302));
        string second = (await IdempotencyTests.PostAsync(server, "news", "other", "k")).PublishedId();
        Assert.That(EventId.Parse(second), Is.GreaterThan(EventId.Parse(first)));
    }

    [Test]
    public async Task Answer_is_the_id_and_ids_strictly_increase()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        var ids = new List<string>();
        for (int i = 0; i < 20; i++)
        {
            if (i % 5 == 4) clock.Advance(TimeSpan.FromMilliseconds(3));
            ids.Add(await server.PublishAsync("news", $"{i}"));
        }
        Assert.That(ids.Select(EventId.Parse), Is.Ordered.And.Unique);
        Assert.That(EventId.Parse(ids[0]), Is.EqualTo(new EventId((ulong)clock.NowMs - 12, 0)), "ms of the clock, sequence from 0");
        Assert.That(EventId.Parse(ids[^1]).Ms, Is.EqualTo((ulong)clock.NowMs));
    }

    [Test]
    public async Task Ids_grow_also_when_the_clock_steps_back()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        StreamClient stream = await server.OpenAsync("/events/news");
        var ids = new List<string>();
        for (int i = 0; i < 10; i++)
        {
            ids.Add(await server.PublishAsync("news", $"{i}"));
            clock.StepWallBack(TimeSpan.FromHours(i));
        }
        Assert.That(ids.Select(EventId.Parse), Is.Ordered.And.Unique);
        await stream.WaitForEventsAsync(10);
        Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(ids));
        StreamClient again = await server.OpenAsync("/events/news", ids[4]);
        await again.WaitForEventsAsync(5);
        Assert.That(again.Events.Select(e => e.Id), Is.EqualTo(ids[5..]));
    }

    [Test]
    public async Task From_id_counts_for_each_channel()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        await server.PublishAsync("a", "a1");
        await server.PublishAsync("b", "b1");
        clock.Advance(TimeSpan.FromSeconds(1));
        string from = await server.PublishAsync("a", "a2");
        clock.Advance(TimeSpan.FromSeconds(1));
        await server.PublishAsync("b", "b2");
        StreamClient stream = await server.OpenAsync($"/events?channel=a&channel=b&from={from}");
        await stream.WaitForDataAsync("a2");
        await stream.WaitForDataAsync("b2");
        Assert.That(stream.Data, Has.None.EqualTo("a1").And.None.EqualTo("b1"));
    }
}
