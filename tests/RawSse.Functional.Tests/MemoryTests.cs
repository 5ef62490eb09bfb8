using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §1, <c>--channel-bytes</c> and <c>--memory</c>: the coldest history goes first, and nothing grows past its bound.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class MemoryTests(Platform platform) : TransportFixture(platform)
{
    private const int Mebibyte = 1 << 20;

    [Test]
    public async Task Under_memory_pressure_the_coldest_history_goes_first_and_the_hottest_stays()
    {
        TestServer server = await StartAsync(options =>
        {
            options.Memory = 16 * Mebibyte;
            options.ChannelBytes = Mebibyte;
            options.MaxEventBytes = 64 << 10;
            options.MaxLag = 128 << 10;
        });
        using Publisher publisher = await server.PublisherAsync();
        string data = new('x', 20_000);
        var first = new Dictionary<int, string>();
        const int Channels = 100;
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int i = 0; i < 20; i++)
            {
                HttpReply reply = await publisher.PostAsync($"/events/c{channel}", data);
                string id = reply.PublishedId();
                if (i == 0) first[channel] = id;
            }
            Metrics metrics = await server.MetricsAsync();
            Assert.That(metrics["rawsse_memory_bytes"], Is.LessThanOrEqualTo(16 * Mebibyte), $"after channel {channel}");
        }
        StreamClient coldest = await server.OpenAsync("/events/c0", first[0]);
        await coldest.WaitForEventsAsync(1);
        Assert.That(coldest.Gaps().Single().Reason, Is.EqualTo("trimmed"));
        StreamClient hottest = await server.OpenAsync($"/events/c{Channels - 1}", first[Channels - 1]);
        await hottest.WaitForEventsAsync(19);
        Assert.That(hottest.Gaps(), Is.Empty);
    }

    [Test]
    public async Task When_no_history_is_left_to_drop_publishes_are_refused_until_there_is_room()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(options =>
        {
            options.Memory = 16 * Mebibyte;
            options.ChannelBytes = Mebibyte;
            options.MaxEventBytes = 64 << 10;
            options.MaxLag = 128 << 10;
            options.MaxLength = 10;
        }, clock);
        StreamClient stream = await server.OpenAsync("/events/watched");
        // Idempotency keys are remembered for five minutes and are no history: enough of them leave no room for anything else.
        string body = string.Concat(Enumerable.Repeat("{\"channel\":\"news\",\"data\":\"x\"}\n", 20_000));
        HttpReply refused = null!;
        await Patience.UntilAsync(async () =>
        {
            string key = $"Idempotency-Key: {Guid.NewGuid()}{new string('k', 60)}";
            Assert.That((await server.PostAsync("/events", body, "Content-Type: application/x-ndjson", key)).Status, Is.EqualTo(200));
            return (refused = await server.PostAsync("/events/news", "x", key)).Status != 200;
        }, "a refusal");
        refused.MustBeError(503);
        Assert.That(refused.Header("Retry-After"), Is.Not.Null);
        Assert.That((await server.MetricsAsync())["rawsse_memory_bytes"], Is.LessThan(17 * Mebibyte));
        Assert.That((await server.GetAsync("/healthz")).Status, Is.EqualTo(200));

        clock.Advance(TimeSpan.FromMinutes(6));
        await Patience.UntilAsync(async () => (await server.PostAsync("/events/watched", "room again")).Status == 200, "room");
        await stream.WaitForDataAsync("room again");
    }

    [Test]
    public async Task A_channel_keeps_no_more_than_channel_bytes()
    {
        TestServer server = await StartAsync(options =>
        {
            options.ChannelBytes = Mebibyte;
            options.MaxEventBytes = 64 << 10;
            options.MaxLag = 128 << 10;
        });
        string[] ids = await server.PublishManyAsync("news", Enumerable.Range(0, 200).Select(_ => new string('x', 20_000)));
        StreamClient stream = await server.OpenAsync("/events/news?last=1000");
        await stream.WaitAsync(p => p.Events.Any(e => e.Id == ids[^1]), "the newest event");
        SseItem[] kept = [.. stream.Events.Where(e => e.Type is null)];
        Assert.That(kept.Sum(e => (long)e.Text.Length), Is.InRange(Mebibyte / 4, Mebibyte));
        Assert.That(kept.Select(e => e.Id), Is.EqualTo(ids[^kept.Length..]));
        StreamClient old = await server.OpenAsync("/events/news", ids[0]);
        await old.WaitAsync(p => p.Events.Any(e => e.Id == ids[^1] && e.Type is null), "the newest event");
        Assert.That(old.Gaps().Single().Oldest, Is.EqualTo(kept[0].Id));
    }

    [Test]
    public async Task Many_channels_that_nobody_watches_do_not_grow_without_bound()
    {
        TestServer server = await StartAsync(options =>
        {
            options.Memory = 16 * Mebibyte;
            options.ChannelBytes = Mebibyte;
            options.MaxEventBytes = 64 << 10;
            options.MaxLag = 128 << 10;
        });
        StreamClient watched = await server.OpenAsync("/events/watched");
        const string Ndjson = "Content-Type: application/x-ndjson";
        for (int batch = 0; batch < 20; batch++)
        {
            string body = string.Concat(Enumerable.Range(0, 1000).Select(i => $"{{\"channel\":\"c{batch}.{i}\",\"data\":\"{new string('x', 1000)}\"}}\n"));
            HttpReply reply = await server.PostAsync("/events", body, Ndjson);
            Assert.That(reply.Status, Is.EqualTo(200));
            Assert.That(reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(1000));
            Assert.That((await server.MetricsAsync())["rawsse_memory_bytes"], Is.LessThanOrEqualTo(16 * Mebibyte), $"after batch {batch}");
        }
        await server.PublishAsync("watched", "still served");
        await watched.WaitForDataAsync("still served");
    }
}
