using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §3, the promise: from any position everything after it, in order, none lost, none twice.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class ResumeTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task Reconnecting_at_every_position_gives_exactly_what_follows()
    {
        TestServer server = await StartAsync();
        StreamClient first = await server.OpenAsync("/events/news");
        string[] ids = await server.PublishManyAsync("news", Enumerable.Range(0, 15).Select(i => $"{i}"));
        string[] positions = [first.Position, .. ids];
        for (int at = 0; at < positions.Length; at++)
        {
            await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, "/events/news", positions[at]);
            Assert.That(stream.Position, Is.EqualTo(positions[at]), "the position block is where the client said it was");
            string sentinel = await server.PublishAsync("news", $"end{at}");
            await stream.WaitForDataAsync($"end{at}");
            Assert.That(stream.Gaps(), Is.Empty);
            Assert.That(stream.Events.Select(e => e.Id).Take(ids.Length - at), Is.EqualTo(ids[at..]));
            Assert.That(stream.Events[^1].Id, Is.EqualTo(sentinel));
            Assert.That(stream.Events, Has.Count.EqualTo(ids.Length - at + at + 1), "all earlier sentinels, too, and nothing twice");
        }
    }

    [Test]
    public async Task A_client_cut_before_its_first_event_misses_nothing()
    {
        TestServer server = await StartAsync();
        foreach (string? before in new[] { null, "old" })
        {
            if (before is not null) await server.PublishAsync("news", before);
            StreamClient cut = await server.OpenAsync("/events/news");
            await cut.ResetAsync();
            string missed = await server.PublishAsync("news", "missed");
            StreamClient again = await server.OpenAsync("/events/news", cut.LastEventId);
            await again.WaitForEventsAsync(1);
            Assert.That(again.Events[0].Id, Is.EqualTo(missed));
            Assert.That(again.Gaps(), Is.Empty);
        }
    }

    [Test]
    public async Task A_client_that_is_cut_after_every_event_while_events_are_published_gets_each_once()
    {
        const int Count = 300;
        TestServer server = await StartAsync();
        var ids = new List<string>();
        Task publishing = Task.Run(async () =>
        {
            Publisher publisher = await server.PublisherAsync();
            for (int i = 0; i < Count; i++) ids.Add(await publisher.PublishAsync("news", $"{i}"));
        });
        var seen = new List<SseItem>();
        string position = "0-0";
        while (seen.Count < Count)
        {
            await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, "/events/news", position);
            await stream.WaitForEventsAsync(1);
            SseItem[] events = [.. stream.Events.Take(1 + seen.Count % 3)];
            seen.AddRange(events);
            position = events[^1].Id;
        }
        await publishing;
        Assert.That(seen.Select(e => e.Id), Is.EqualTo(ids));
        Assert.That(seen.Select(e => e.Text), Is.EqualTo(Enumerable.Range(0, Count).Select(i => $"{i}")));
    }

    [Test]
    public async Task Streams_opened_while_events_are_published_splice_replay_and_live_without_a_seam()
    {
        const int Count = 400;
        TestServer server = await StartAsync();
        var ids = new List<string>();
        Task publishing = Task.Run(async () =>
        {
            Publisher publisher = await server.PublisherAsync();
            for (int i = 0; i < Count; i++) ids.Add(await publisher.PublishAsync("news", $"{i}"));
        });
        var streams = new List<StreamClient>();
        for (int i = 0; i < 40; i++) streams.Add(await server.OpenAsync("/events/news", "0-0"));
        await publishing;
        foreach (StreamClient stream in streams) await stream.WaitForEventsAsync(Count);
        foreach (StreamClient stream in streams) Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(ids));
    }

    [Test]
    public async Task Events_of_many_publishers_reach_all_subscribers_in_one_order()
    {
        TestServer server = await StartAsync();
        StreamClient[] streams = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.OpenAsync("/events/news")))];
        string[][] ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async p =>
        {
            Publisher publisher = await server.PublisherAsync();
            var mine = new List<string>();
            for (int i = 0; i < 100; i++) mine.Add(await publisher.PublishAsync("news", $"{p}:{i}"));
            return mine.ToArray();
        }));
        string[] order = [.. ids.SelectMany(x => x).OrderBy(EventId.Parse)];
        Assert.That(order, Is.Unique);
        foreach (string[] mine in ids) Assert.That(mine.Select(EventId.Parse), Is.Ordered, "ids of one publisher grow");
        foreach (StreamClient stream in streams)
        {
            await stream.WaitForEventsAsync(800);
            Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(order));
        }
    }

    [Test]
    public async Task A_publish_that_was_answered_is_seen_by_a_stream_opened_after_it_only_when_asked_for()
    {
        TestServer server = await StartAsync();
        for (int i = 0; i < 50; i++)
        {
            string id = await server.PublishAsync("news", $"{i}");
            await using StreamClient now = await StreamClient.OpenAsync(server.Endpoint, "/events/news");
            Assert.That(now.Position, Is.EqualTo(id), "from now means after what was confirmed");
        }
    }

    [Test]
    public async Task Subscribers_in_this_process_and_over_http_see_the_same()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        string embedded = await server.Server.PublishAsync("news", "in process", "t");
        string http = await server.PublishAsync("news", "over http");
        await stream.WaitForEventsAsync(2);
        Assert.That(stream.Events, Is.EqualTo(new[]
        {
            new SseItem(SseItemKind.Event, embedded, "t", "in process"),
            new SseItem(SseItemKind.Event, http, null, "over http"),
        }));
    }

    [Test]
    public async Task Sudden_resets_harm_nobody_else()
    {
        TestServer server = await StartAsync();
        StreamClient steady = await server.OpenAsync("/events/news");
        var ids = new List<string>();
        for (int round = 0; round < 30; round++)
        {
            StreamClient[] doomed = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.OpenAsync("/events/news", "0-0")))];
            ids.Add(await server.PublishAsync("news", $"{round}"));
            await Task.WhenAll(doomed.Select(d => d.ResetAsync()));
        }
        await steady.WaitForEventsAsync(30);
        Assert.That(steady.Events.Select(e => e.Id), Is.EqualTo(ids));
        await Patience.UntilAsync(async () => (await server.MetricsAsync())["rawsse_subscriptions"] == 1, "the cut subscriptions to go");
    }
}
