using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §5: every name is there, and the counters count what they say.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class MetricsTests(Platform platform) : TransportFixture(platform)
{
    private const string News = "/events/news";

    [Test]
    public async Task Every_name_of_the_contract_is_there_with_its_type()
    {
        TestServer server = await StartAsync();
        HttpReply reply = await server.GetAsync("/metrics");
        Assert.That(reply.Header("Content-Type"), Does.StartWith("text/plain"));
        Metrics metrics = Metrics.Parse(reply.Text);
        string[] gauges = ["rawsse_connections", "rawsse_subscriptions", "rawsse_memory_bytes", "rawsse_draining"];
        string[] histograms = ["rawsse_fanout_seconds"];
        string[] counters =
        [
            "rawsse_events_total", "rawsse_deliveries_total", "rawsse_delivered_bytes_total", "rawsse_sends_total",
            "rawsse_sends_blocked_total", "rawsse_closes_total", "rawsse_refusals_total", "rawsse_resumes_total",
            "rawsse_replayed_events_total", "rawsse_store_reads_total", "rawsse_gap_events_total",
        ];
        foreach ((string[] names, string type) in new[] { (gauges, "gauge"), (histograms, "histogram"), (counters, "counter") })
        {
            foreach (string name in names) Assert.That(metrics.Types.GetValueOrDefault(name), Is.EqualTo(type), name);
        }
        Assert.That(metrics.Samples.Where(s => s.Name == "rawsse_connections").Select(s => s.Labels), Is.All.Contains("state="));
        Assert.That(metrics.Samples.Where(s => s.Name == "rawsse_memory_bytes").Select(s => s.Labels), Is.All.Contains("kind="));
        Assert.That(metrics["rawsse_draining"], Is.Zero);
    }

    [Test]
    public async Task Deliveries_count_each_event_to_each_subscriber_and_its_bytes()
    {
        TestServer server = await StartAsync();
        StreamClient[] streams = [.. await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => server.OpenAsync(News)))];
        Metrics before = await server.MetricsAsync();
        long bytes = 0;
        for (int i = 0; i < 5; i++)
        {
            string id = await server.PublishAsync("news", $"event {i}");
            bytes += $"id: {id}\ndata: event {i}\n\n".Length;
            foreach (StreamClient stream in streams) await stream.WaitForEventsAsync(i + 1);
        }
        await AssertRoseAsync(server, before, ("rawsse_events_total", "", 5), ("rawsse_deliveries_total", "", 35),
            ("rawsse_delivered_bytes_total", "", 7 * bytes));
        Metrics after = await server.MetricsAsync();
        Assert.That(after["rawsse_sends_total"] - before["rawsse_sends_total"], Is.GreaterThanOrEqualTo(35));
        Assert.That(after["rawsse_fanout_seconds_count"] - before["rawsse_fanout_seconds_count"], Is.GreaterThan(0));
        Assert.That(after["rawsse_subscriptions"], Is.EqualTo(7));
        Assert.That(after["rawsse_connections"], Is.GreaterThanOrEqualTo(7));
    }

    [Test]
    public async Task Subscriptions_count_channels_of_streams()
    {
        TestServer server = await StartAsync();
        await server.OpenAsync("/events?channel=a&channel=b&channel=c&channel=a");
        await server.OpenAsync("/events/a");
        Assert.That((await server.MetricsAsync())["rawsse_subscriptions"], Is.EqualTo(4));
    }

    [Test]
    public async Task Resumes_replays_and_gaps_are_counted()
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("news", Enumerable.Range(0, 10).Select(i => $"{i}"));
        Metrics before = await server.MetricsAsync();
        StreamClient fresh = await server.OpenAsync(News);
        StreamClient resumed = await server.OpenAsync(News, ids[3]);
        await resumed.WaitForEventsAsync(6);
        StreamClient unknown = await server.OpenAsync(News, "garbage");
        await unknown.WaitForEventsAsync(1);
        await fresh.DisposeAsync();
        Metrics after = await server.MetricsAsync();
        Assert.That(after["rawsse_resumes_total"] - before["rawsse_resumes_total"], Is.InRange(1, 2), "two came with an id, one of it readable");
        Assert.That(after["rawsse_replayed_events_total"] - before["rawsse_replayed_events_total"], Is.EqualTo(6));
        Assert.That(after.Samples.Where(s => s.Name == "rawsse_replayed_events_total").Select(s => s.Labels),
            Is.All.Contains("source=\"log\"").Or.All.Contains("source=\"store\"").Or.Some.Contains("source=\"log\""));
        Assert.That(after["rawsse_gap_events_total", "reason=\"unknown\""], Is.EqualTo(1));
        Assert.That(after["rawsse_gap_events_total"], Is.EqualTo(1));
    }

    [Test]
    public async Task Each_close_has_exactly_one_reason_and_none_is_a_bug()
    {
        TestServer server = await StartAsync();
        Metrics before = await server.MetricsAsync();
        for (int i = 0; i < 5; i++)
        {
            StreamClient stream = await server.OpenAsync(News);
            await stream.ResetAsync();
        }
        await Patience.UntilAsync(async () => (await server.MetricsAsync())["rawsse_subscriptions"] == 0, "the subscriptions to go");
        Metrics after = await server.MetricsAsync();
        Assert.That(after.Samples.Where(s => s.Name == "rawsse_closes_total").Select(s => s.Labels), Is.All.Contains("reason="));
        Assert.That(after["rawsse_closes_total"] - before["rawsse_closes_total"], Is.GreaterThanOrEqualTo(5));
        Assert.That(after["rawsse_closes_total", "reason=\"bug\""], Is.Zero);
    }

    [Test]
    public async Task Histograms_are_cumulative_and_consistent()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync(News);
        for (int i = 0; i < 20; i++) await server.PublishAsync("news", $"{i}");
        await stream.WaitForEventsAsync(20);
        Metrics metrics = await server.MetricsAsync();
        double[] buckets = [.. metrics.Samples.Where(s => s.Name == "rawsse_fanout_seconds_bucket").Select(s => s.Value)];
        Assert.That(buckets, Is.Ordered.And.Not.Empty);
        Assert.That(metrics["rawsse_fanout_seconds_bucket", "le=\"+Inf\""], Is.EqualTo(metrics["rawsse_fanout_seconds_count"]));
        Assert.That(metrics["rawsse_fanout_seconds_sum"], Is.GreaterThanOrEqualTo(0));
    }

    /// <summary>What a shard counts becomes visible when it has stepped: asked until it holds, then it must not pass it.</summary>
    private static async Task AssertRoseAsync(TestServer server, Metrics before, params (string Name, string Label, double By)[] rises)
    {
        foreach ((string name, string label, double by) in rises)
        {
            double Rise(Metrics now) => now[name, label] - before[name, label];
            await Patience.UntilAsync(async () => Rise(await server.MetricsAsync()) >= by, $"{name} to rise by {by}");
            Assert.That(Rise(await server.MetricsAsync()), Is.EqualTo(by), name);
        }
    }
}
