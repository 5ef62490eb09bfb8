using System.Globalization;
using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>Contract §1, §2: Redis goes away, for less and for more than the grace.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AwayTests : RedisTest
{
    private const string News = "/events/news";

    private protected override string[] Options => ["--appendonly", "yes", "--appendfsync", "always"];

    [Test]
    public async Task A_node_is_not_ready_while_Redis_is_away_and_ready_when_it_is_back()
    {
        NodeProcess node = await StartNodeAsync();
        await Redis.KillAsync();
        await node.NotReadyAsync();
        Assert.That(await node.StatusOfAsync("/healthz"), Is.EqualTo(200));
        Assert.That((await node.MetricsAsync())["rawsse_store_up"], Is.Zero);
        await Redis.RestartAsync();
        await node.ReadyAsync();
        await Patience.UntilAsync(async () => (await node.MetricsAsync())["rawsse_store_up"] == 1, "the store to be up");
    }

    [Test]
    public async Task A_node_is_not_ready_while_Redis_hangs()
    {
        NodeProcess node = await StartNodeAsync();
        Redis.Stop();
        await node.NotReadyAsync();
        Redis.Continue();
        await node.ReadyAsync();
    }

    [Test]
    public async Task A_stream_is_kept_within_the_grace_and_gets_what_it_missed()
    {
        NodeProcess node = await StartNodeAsync("--redis-grace", "1m");
        StreamClient stream = await OpenAsync(node, News);
        await PublishAsync(node, "news", "before");
        await Redis.KillAsync();
        await node.NotReadyAsync();
        await Redis.RestartAsync();
        // Added before the node is back: no doorbell can tell it.
        await AddAsync("news", "data", "meanwhile");
        await stream.WaitForDataAsync("meanwhile");
        await node.ReadyAsync();
        await PublishAsync(node, "news", "after");
        await stream.WaitForDataAsync("after");
        Assert.That(stream.Data, Is.EqualTo(new[] { "before", "meanwhile", "after" }), "and no gap");
    }

    [Test]
    public async Task A_publish_is_refused_while_Redis_is_away()
    {
        NodeProcess node = await StartNodeAsync();
        await PublishAsync(node, "news", "before");
        await Redis.KillAsync();
        await node.NotReadyAsync();
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        HttpReply reply = (await publisher.PostAsync(News, "meanwhile")).MustBeError(503);
        Assert.That(int.Parse(reply.Header("Retry-After")!, CultureInfo.InvariantCulture), Is.Positive);
        await Redis.RestartAsync();
        await node.ReadyAsync();
        await PublishAsync(node, "news", "after");
    }

    [Test]
    public async Task A_publish_that_a_hung_Redis_may_hold_is_unconfirmed_and_repeating_it_with_its_key_publishes_it_once()
    {
        NodeProcess node = await StartNodeAsync();
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        Redis.Stop();
        HttpReply reply = (await publisher.PostAsync(News, "once", "Idempotency-Key: k")).MustBeError(503);
        Assert.That(reply.Json.GetProperty("error").GetString(), Is.EqualTo("unconfirmed"));
        Redis.Continue();
        await node.ReadyAsync();
        using Publisher again = await Publisher.ConnectAsync(node.Endpoint);
        string id = (await again.PostAsync(News, "once", "Idempotency-Key: k")).PublishedId();
        RespReply entries = await Redis.AskAsync("XRANGE", "sse:news", "-", "+");
        Assert.That(entries.Items!.Select(e => e[0].Text), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task A_publish_is_answered_also_when_the_home_of_its_channel_has_no_connections()
    {
        NodeProcess node = await StartNodeAsync("--shards", "3");
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        Redis.Stop();
        string lines = string.Concat(Enumerable.Range(0, 20).Select(i => $"{{\"channel\":\"c{i}\",\"data\":\"x\"}}\n"));
        HttpReply reply = await publisher.PostAsync("/events", lines, "Content-Type: application/x-ndjson");
        Assert.That(reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(20).And.All.Contains("unconfirmed"));
        Redis.Continue();
        await node.ReadyAsync();
    }

    [Test]
    public async Task A_new_stream_is_served_while_Redis_is_away_if_the_log_covers_its_position()
    {
        NodeProcess node = await StartNodeAsync("--redis-grace", "1m");
        StreamClient first = await OpenAsync(node, News);
        string[] ids = [await PublishAsync(node, "news", "1"), await PublishAsync(node, "news", "2"), await PublishAsync(node, "news", "3")];
        await first.WaitForEventsAsync(3);
        await Redis.KillAsync();
        await node.NotReadyAsync();
        StreamClient resumed = await OpenAsync(node, News, ids[0]);
        await resumed.WaitForEventsAsync(2);
        await Redis.RestartAsync();
        await node.ReadyAsync();
        await PublishAsync(node, "news", "4");
        await resumed.WaitForDataAsync("4");
        Assert.That(resumed.Data, Is.EqualTo(new[] { "2", "3", "4" }));
    }

    [Test]
    public async Task A_new_stream_is_refused_while_Redis_is_away_if_the_log_does_not_cover_its_position()
    {
        await AddNumberedAsync("news", 1, 5);
        NodeProcess node = await StartNodeAsync("--redis-grace", "1m");
        await Redis.KillAsync();
        await node.NotReadyAsync();
        using RawClient eventSource = await RawClient.ConnectAsync(node.Endpoint);
        HttpReply head = await eventSource.AskAsync(Request.Stream(News, "2-0"));
        Assert.That((head.Status, head.Header("Content-Type")), Is.EqualTo((200, "text/event-stream")));
        string body = System.Text.Encoding.UTF8.GetString(await eventSource.ReadToEndAsync());
        Assert.That(body, Does.StartWith(":").And.Contains("\nretry: "));
        Assert.That(body, Does.Not.Contain("id:").And.Not.Contains("data:"));

        using RawClient other = await RawClient.ConnectAsync(node.Endpoint);
        HttpReply reply = (await other.AskAsync(Request.Get(News, "Last-Event-ID: 2-0"))).MustBeError(503);
        Assert.That(int.Parse(reply.Header("Retry-After")!, CultureInfo.InvariantCulture), Is.Positive);
        await Redis.RestartAsync();
        await node.ReadyAsync();
        StreamClient again = await OpenAsync(node, News, "2-0");
        await again.WaitForEventsAsync(3);
        Assert.That(again.Data, Is.EqualTo(new[] { "3", "4", "5" }));
    }

    [TestCase("0s")]
    [TestCase("1s")]
    public async Task After_the_grace_streams_are_closed_with_a_longer_retry(string grace)
    {
        NodeProcess node = await StartNodeAsync("--redis-grace", grace, "--retry", "1s");
        StreamClient stream = await OpenAsync(node, News);
        string id = await PublishAsync(node, "news", "before");
        await stream.WaitForDataAsync("before");
        await Redis.KillAsync();
        Assert.That(await stream.EndAsync(), Is.EqualTo("FIN"));
        int[] retries = [.. stream.Items.Where(i => i.Kind == SseItemKind.Retry).Select(i => int.Parse(i.Text, CultureInfo.InvariantCulture))];
        Assert.That(retries, Has.Length.EqualTo(2));
        Assert.That(stream.Items[^1].Kind, Is.EqualTo(SseItemKind.Retry));
        // The first is 1 s ± 50 %.
        Assert.That(retries[1], Is.GreaterThan(1_500));
        await Redis.RestartAsync();
        await node.ReadyAsync();
        StreamClient again = await OpenAsync(node, News, id);
        await PublishAsync(node, "news", "after");
        await again.WaitForDataAsync("after");
        Assert.That(again.Data, Is.EqualTo(new[] { "after" }));
    }

    [Test]
    public async Task A_node_that_starts_before_its_Redis_serves_when_that_is_there()
    {
        await Redis.KillAsync();
        Task<NodeProcess> starting = StartNodeAsync();
        await Redis.RestartAsync();
        NodeProcess node = await starting;
        StreamClient stream = await OpenAsync(node, News);
        await PublishAsync(node, "news", "hello");
        await stream.WaitForDataAsync("hello");
    }
}
