using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Samples;

/// <summary>What publishers without RawSse publish arrives at RawSse's subscribers: each event once, in order, at once.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PublisherDeliveryTests
{
    [TestCase(0)]
    [TestCase(3)]
    public async Task What_every_publisher_publishes_arrives_once_and_in_order(int database)
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        string url = $"{redis.Url}/{database}";
        // No audit comes to the help of a doorbell that nobody heard.
        await using NodeProcess node = await NodeProcess.StartAsync("--redis", url, "--audit", "1h");
        await using StreamClient stream = await StreamClient.OpenAsync(node.Endpoint, "/events/a%3Ab");
        var published = new List<(string Id, string? Type, string Data)>();
        foreach (SamplePublisher publisher in SamplePublisher.All)
        {
            foreach (bool isPlain in (bool[])[false, true])
            {
                string data = $"{publisher} {isPlain}\n\"ü\"";
                string? type = isPlain ? null : "price";
                published.Add((await publisher.PublishAsync(url, isPlain, "a:b", type ?? "", data), type, data));
                await stream.WaitForEventsAsync(published.Count);
            }
        }
        using (Publisher last = await Publisher.ConnectAsync(node.Endpoint))
            published.Add((await last.PublishAsync("a:b", "end"), null, "end"));
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Events.Select(item => (item.Id, item.Type, item.Text)), Is.EqualTo(published));
        Assert.That(node.Bugs, Is.Empty);
    }
}
