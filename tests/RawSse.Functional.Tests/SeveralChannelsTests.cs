using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §2 and §3: one stream of several channels, resumable by one id.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class SeveralChannelsTests(Platform platform) : TransportFixture(platform)
{
    private const string IdCharacters = "^[A-Za-z0-9._~,-]+$";

    [Test]
    public async Task One_stream_carries_the_events_of_all_its_channels_each_in_order()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events?channel=a&channel=b&channel=c");
        StreamClient single = await server.OpenAsync("/events/b");
        for (int i = 0; i < 30; i++) await server.PublishAsync($"{(char)('a' + i % 3)}", $"{(char)('a' + i % 3)}{i}", i % 2 == 0 ? "t" : null);
        await server.PublishAsync("d", "not mine");
        await stream.WaitForEventsAsync(30);
        foreach (char channel in "abc")
        {
            Assert.That(stream.Data.Where(d => d[0] == channel),
                Is.EqualTo(Enumerable.Range(0, 30).Where(i => 'a' + i % 3 == channel).Select(i => $"{channel}{i}")));
        }
        Assert.That(stream.Events.Select(e => e.Id), Is.Unique.And.All.Matches(IdCharacters));
        Assert.That(stream.Events.Where(e => e.Text is "a0" or "b4").Select(e => e.Type), Is.All.EqualTo("t"));
        await single.WaitForEventsAsync(10);
    }

    [Test]
    public async Task Reconnecting_at_every_position_gives_exactly_what_follows_of_each_channel()
    {
        TestServer server = await StartAsync();
        const string Target = "/events?channel=a&channel=b&channel=c";
        StreamClient first = await server.OpenAsync(Target);
        for (int i = 0; i < 12; i++) await server.PublishAsync($"{(char)('a' + i * 7 % 3)}", $"{(char)('a' + i * 7 % 3)}{i}");
        await first.WaitForEventsAsync(12);
        string[] positions = [first.Position, .. first.Events.Select(e => e.Id)];
        Assert.That(positions, Is.All.Matches(IdCharacters));
        for (int at = 0; at < positions.Length; at++)
        {
            await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, Target, positions[at]);
            await stream.WaitForEventsAsync(12 - at);
            await AssertSameEventsAsync(stream, first.Data[at..]);
        }
    }

    [TestCase("/events?channel=c&channel=a&channel=b", TestName = "Names_in_another_order_resume")]
    [TestCase("/events?channel=a&channel=b&channel=c&channel=b&channel=a", TestName = "Names_given_twice_count_once_and_resume")]
    [TestCase("/events?channel=%61&x=1&channel=b&channel=c", TestName = "Names_encoded_otherwise_resume")]
    public async Task Names_resume(string target)
    {
        TestServer server = await StartAsync();
        StreamClient first = await server.OpenAsync("/events?channel=a&channel=b&channel=c");
        foreach (string channel in new[] { "a", "b", "c", "a" }) await server.PublishAsync(channel, channel + "-before");
        await first.WaitForEventsAsync(4);
        await first.ResetAsync();
        foreach (string channel in new[] { "c", "b", "a" }) await server.PublishAsync(channel, channel + "-after");
        StreamClient again = await server.OpenAsync(target, first.LastEventId);
        await again.WaitForEventsAsync(3);
        Assert.That(again.Gaps(), Is.Empty);
        await AssertSameEventsAsync(again, ["a-after", "b-after", "c-after"]);
    }

    [TestCase("/events?channel=news", TestName = "A_single_name_is_a_stream_of_one_channel")]
    [TestCase("/events?channel=news&channel=news", TestName = "A_single_name_given_twice_is_a_stream_of_one_channel")]
    public async Task Single_name(string target)
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("news", ["a", "b"]);
        StreamClient stream = await server.OpenAsync(target, ids[0]);
        ids = [.. ids, await server.PublishAsync("news", "c")];
        await stream.WaitForEventsAsync(2);
        Assert.That(stream.Position, Is.EqualTo(ids[0]), "the store's id");
        Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(ids[1..]));
    }

    [Test]
    public async Task Eight_channels_of_ordinary_ids_have_ids_of_at_most_128_bytes()
    {
        TestServer server = await StartAsync();
        string target = "/events?" + string.Join('&', Enumerable.Range(0, 8).Select(i => $"channel=user:{i}"));
        StreamClient stream = await server.OpenAsync(target);
        for (int i = 0; i < 80; i++) await server.PublishAsync($"user:{i % 8}", $"{i}");
        await stream.WaitForEventsAsync(80);
        string[] all = [stream.Position, .. stream.Events.Select(e => e.Id)];
        Assert.That(all.Select(id => id.Length), Is.All.LessThanOrEqualTo(128), all[^1]);
        Assert.That(all, Is.All.Matches(IdCharacters));
    }

    [Test]
    public async Task The_most_channels_of_a_stream_resume_and_one_more_is_refused()
    {
        TestServer server = await StartAsync();
        string Names(int count) => "/events?" + string.Join('&', Enumerable.Range(0, count).Select(i => $"channel=c{i}"));
        StreamClient stream = await server.OpenAsync(Names(32));
        for (int i = 0; i < 32; i++) await server.PublishAsync($"c{i}", $"{i}");
        await stream.WaitForEventsAsync(32);
        await stream.ResetAsync();
        await server.PublishAsync("c31", "later");
        StreamClient again = await server.OpenAsync(Names(32) + "&channel=c0", stream.LastEventId);
        await again.WaitForEventsAsync(1);
        Assert.That(again.Data, Is.EqualTo(new[] { "later" }));
        (await server.GetAsync(Names(33))).MustBeError(400);
    }

    [Test]
    public async Task Max_channels_per_connection_is_an_option()
    {
        TestServer server = await StartAsync(options => options.MaxChannelsPerConnection = 2);
        await server.OpenAsync("/events?channel=a&channel=b&channel=a");
        (await server.GetAsync("/events?channel=a&channel=b&channel=c")).MustBeError(400);
    }

    [Test]
    public async Task A_request_without_a_channel_is_400()
    {
        TestServer server = await StartAsync();
        (await server.GetAsync("/events")).MustBeError(400);
        (await server.GetAsync("/events?channel=")).MustBeError(400);
        (await server.GetAsync("/events?from=earliest")).MustBeError(400);
    }

    [Test]
    public async Task From_earliest_and_last_n_count_for_each_channel()
    {
        TestServer server = await StartAsync();
        await server.PublishManyAsync("a", ["a1", "a2", "a3"]);
        await server.PublishManyAsync("b", ["b1"]);
        StreamClient earliest = await server.OpenAsync("/events?channel=a&channel=b&from=earliest");
        await earliest.WaitForEventsAsync(4);
        await AssertSameEventsAsync(earliest, ["a1", "a2", "a3", "b1"]);
        StreamClient last = await server.OpenAsync("/events?channel=a&channel=b&last=2");
        await last.WaitForEventsAsync(3);
        await AssertSameEventsAsync(last, ["a2", "a3", "b1"]);
    }

    [Test]
    public async Task Cuts_while_many_publish_to_several_channels_lose_and_repeat_nothing()
    {
        const int Each = 150;
        TestServer server = await StartAsync();
        const string Target = "/events?channel=a&channel=b&channel=c";
        StreamClient start = await server.OpenAsync(Target);
        string? position = start.Position;
        Task[] publishing = [.. "abc".Select(channel => Task.Run(async () =>
        {
            Publisher publisher = await server.PublisherAsync();
            for (int i = 0; i < Each; i++) await publisher.PublishAsync($"{channel}", $"{channel}{i}");
        }))];
        var seen = new List<string>();
        for (int round = 0; seen.Count < 3 * Each; round++)
        {
            await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, Target, position);
            await stream.WaitForEventsAsync(1);
            SseItem[] events = [.. stream.Events.Take(1 + round % 4)];
            seen.AddRange(events.Select(e => e.Text));
            position = events[^1].Id;
        }
        await Task.WhenAll(publishing);
        foreach (char channel in "abc")
        {
            Assert.That(seen.Where(d => d[0] == channel), Is.EqualTo(Enumerable.Range(0, Each).Select(i => $"{channel}{i}")));
        }
    }

    /// <summary>Order between channels is free; order within one (the data's first letter) is not.</summary>
    private static async Task AssertSameEventsAsync(StreamClient stream, string[] expected)
    {
        await stream.WaitForEventsAsync(expected.Length);
        Assert.That(stream.Data.OrderBy(d => d[0]), Is.EqualTo(expected.OrderBy(d => d[0])));
    }
}
