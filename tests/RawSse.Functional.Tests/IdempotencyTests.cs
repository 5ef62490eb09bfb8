using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §2, Idempotency-Key.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class IdempotencyTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task The_same_key_and_data_give_the_first_id_and_publish_nothing()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        string first = (await PostAsync(server, "news", "hello", "k1")).PublishedId();
        string between = await server.PublishAsync("news", "between");
        Assert.That((await PostAsync(server, "news", "hello", "k1")).PublishedId(), Is.EqualTo(first));
        await server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Events.Select(e => e.Id).SkipLast(1), Is.EqualTo(new[] { first, between }));
    }

    [Test]
    public async Task Other_data_with_the_same_key_are_422()
    {
        TestServer server = await StartAsync();
        string first = (await PostAsync(server, "news", "hello", "k1")).PublishedId();
        (await PostAsync(server, "news", "other", "k1")).MustBeError(422);
        (await PostAsync(server, "news", "", "k1")).MustBeError(422);
        Assert.That((await PostAsync(server, "news", "hello", "k1")).PublishedId(), Is.EqualTo(first), "the first stays the first");
        Assert.That((await server.MetricsAsync())["rawsse_events_total"], Is.EqualTo(1));
    }

    [Test]
    public async Task Keys_are_each_channels_own_and_compared_as_bytes()
    {
        TestServer server = await StartAsync();
        string[] ids =
        [
            (await PostAsync(server, "a", "hello", "k")).PublishedId(),
            (await PostAsync(server, "a", "other", "K")).PublishedId(),
            (await PostAsync(server, "a", "other", "k2")).PublishedId(),
        ];
        Assert.That(ids, Is.Unique);
        (await PostAsync(server, "b", "other", "k")).PublishedId();
        StreamClient stream = await server.OpenAsync("/events/b", "0-0");
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Data, Is.EqualTo(new[] { "other" }));
    }

    [TestCase(1, true)]
    [TestCase(128, true)]
    [TestCase(129, false)]
    public async Task A_key_has_1_to_128_bytes(int length, bool taken)
    {
        TestServer server = await StartAsync();
        HttpReply reply = await PostAsync(server, "news", "hello", new string('k', length));
        if (taken) reply.PublishedId();
        else reply.MustBeError(400);
    }

    [TestCase("")]
    [TestCase("a\tb")]
    [TestCase("é")]
    public async Task A_key_that_is_empty_or_not_printable_is_400(string key)
    {
        TestServer server = await StartAsync();
        (await PostAsync(server, "news", "hello", key)).MustBeError(400);
    }

    [Test]
    public async Task A_refused_publish_uses_up_no_key()
    {
        TestServer server = await StartAsync(options => options.MaxEventBytes = 1024);
        (await PostAsync(server, "news", new string('x', 2000), "k")).MustBeError(413);
        (await PostAsync(server, "news", "hello", "k")).PublishedId();
    }

    [Test]
    public async Task Repeats_that_race_publish_once()
    {
        TestServer server = await StartAsync();
        for (int round = 0; round < 10; round++)
        {
            HttpReply[] replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(server, "news", $"{round}", $"key{round}")));
            Assert.That(replies.Select(r => r.PublishedId()).Distinct().Count(), Is.EqualTo(1));
        }
        StreamClient stream = await server.OpenAsync("/events/news?from=earliest");
        await server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Data.SkipLast(1), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"{i}")));
    }

    internal static Task<HttpReply> PostAsync(TestServer server, string channel, string data, string key) =>
        server.PostAsync($"/events/{channel}", data, $"Idempotency-Key: {key}");
}
