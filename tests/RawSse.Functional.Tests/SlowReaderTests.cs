using RawSse.Functional.Tests.Support;
using RawSse.Server.Hosting;

namespace RawSse.Functional.Tests;

/// <summary>A subscriber that reads slowly, or not for a while, gets everything once, and holds nobody up.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class SlowReaderTests(Platform platform) : TransportFixture(platform)
{
    // One event is larger than a small receive buffer, and all of them are far more than the kernel holds for a socket.
    private const int EventBytes = 20_000;
    private const int Count = 600;

    private static string Data(int i) => $"{i}:{new string((char)('a' + i % 26), EventBytes)}";

    [Test]
    public async Task A_reader_behind_by_more_than_max_lag_is_served_from_history_and_misses_nothing()
    {
        TestServer server = await StartAsync(SmallLag);
        StreamClient slow = await server.OpenSlowAsync("/events/news");
        StreamClient fast = await server.OpenAsync("/events/news");
        await PublishAllAsync(server, "news");
        await fast.WaitForEventsAsync(Count);
        slow.ReadOn();
        await slow.WaitForEventsAsync(Count);
        await AssertEverythingOnceAsync(server, slow, "news");
        Assert.That((await server.MetricsAsync())["rawsse_sends_blocked_total"], Is.GreaterThan(0));
    }

    [Test]
    public async Task Readers_that_take_odd_pieces_while_events_come_get_everything_once()
    {
        TestServer server = await StartAsync(SmallLag);
        StreamClient[] slow = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.OpenSlowAsync("/events/news")))];
        Task publishing = PublishAllAsync(server, "news");
        int[] sizes = [1, 997, 4096, 30_001];
        Task[] reading = [.. slow.Select((stream, i) => Task.Run(async () =>
        {
            for (int turn = 0; turn < 100; turn++) await stream.ReadSomeAsync(sizes[(turn + i) % sizes.Length]);
            stream.ReadOn();
            await stream.WaitForEventsAsync(Count);
        }))];
        await publishing;
        await Task.WhenAll(reading);
        foreach (StreamClient stream in slow) await AssertEverythingOnceAsync(server, stream, "news");
    }

    [Test]
    public async Task A_slow_reader_of_several_channels_gets_everything_once()
    {
        TestServer server = await StartAsync(SmallLag);
        StreamClient slow = await server.OpenSlowAsync("/events?channel=a&channel=b");
        await Task.WhenAll(PublishAllAsync(server, "a"), PublishAllAsync(server, "b"));
        slow.ReadOn();
        await slow.WaitForEventsAsync(2 * Count);
        Assert.That(slow.Gaps(), Is.Empty);
        Assert.That(slow.Events.Select(e => e.Id), Is.Unique);
        foreach (char channel in "ab")
        {
            Assert.That(slow.Data.Where(d => d[^1] == channel).Select(d => d[..^1]), Is.EqualTo(Enumerable.Range(0, Count).Select(Data)));
        }
    }

    [Test]
    public async Task A_slow_reader_of_one_channel_does_not_hold_up_another_channel()
    {
        TestServer server = await StartAsync(SmallLag);
        await server.OpenSlowAsync("/events/news");
        StreamClient other = await server.OpenAsync("/events/user:42");
        await PublishAllAsync(server, "news");
        await server.PublishAsync("user:42", "hello");
        await other.WaitForDataAsync("hello");
    }

    [Test]
    public async Task A_slow_replay_of_a_long_history_gets_everything_once_while_more_is_published()
    {
        TestServer server = await StartAsync(SmallLag);
        await PublishAllAsync(server, "news");
        StreamClient slow = await server.OpenSlowAsync("/events/news", "0-0");
        await slow.ReadSomeAsync(50_000);
        string[] later = await server.PublishManyAsync("news", Enumerable.Range(0, 50).Select(i => $"later{i}"));
        slow.ReadOn();
        await slow.WaitForEventsAsync(Count + later.Length);
        Assert.That(slow.Events.Select(e => EventId.Parse(e.Id)), Is.Ordered.And.Unique);
        Assert.That(slow.Events.Skip(Count).Select(e => e.Id), Is.EqualTo(later));
        Assert.That(slow.Data.Take(Count), Is.EqualTo(Enumerable.Range(0, Count).Select(i => Data(i) + "s")));
    }

    [Test]
    public async Task A_reader_so_slow_that_its_history_is_trimmed_is_told_so()
    {
        // The history is shorter than what is published while the reader sleeps, so a gap is the truth: silence would be wrong.
        TestServer server = await StartAsync(options =>
        {
            SmallLag(options);
            options.MaxLength = 100;
        });
        StreamClient slow = await server.OpenSlowAsync("/events/news");
        await PublishAllAsync(server, "news");
        string end = await server.PublishAsync("news", "end");
        slow.ReadOn();
        await slow.WaitForDataAsync("end");
        SseItem[] events = [.. slow.Events];
        Assert.That(events.Where(e => e.Type is null).Select(e => EventId.Parse(e.Id)), Is.Ordered.And.Unique);
        Assert.That(events[^1].Id, Is.EqualTo(end));
        int last = -1;
        bool gapSaid = false;
        foreach (SseItem e in events.SkipLast(1))
        {
            if (e.Type == "rawsse.gap")
            {
                Assert.That(Gap.Of(e).Reason, Is.EqualTo("trimmed"));
                gapSaid = true;
                continue;
            }
            int number = int.Parse(e.Text[..e.Text.IndexOf(':', StringComparison.Ordinal)]);
            Assert.That(number == last + 1 || gapSaid, Is.True, $"{last} was followed by {number} without a word");
            (last, gapSaid) = (number, false);
        }
        Assert.That(last, Is.EqualTo(Count - 1));
    }

    private static void SmallLag(RawSseOptions options)
    {
        options.MaxEventBytes = 64 << 10;
        options.MaxLag = 128 << 10;
    }

    private static async Task PublishAllAsync(TestServer server, string channel)
    {
        Publisher publisher = await server.PublisherAsync();
        for (int i = 0; i < Count; i++) await publisher.PublishAsync(channel, Data(i) + channel[^1]);
    }

    private static async Task AssertEverythingOnceAsync(TestServer server, StreamClient stream, string channel)
    {
        StreamClient truth = await server.OpenAsync($"/events/{channel}?from=earliest");
        await truth.WaitForEventsAsync(Count);
        Assert.That(stream.Gaps(), Is.Empty);
        Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(truth.Events.Select(e => e.Id)));
        Assert.That(stream.Data, Is.EqualTo(Enumerable.Range(0, Count).Select(i => Data(i) + channel[^1])));
    }
}
