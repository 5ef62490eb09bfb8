using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Thousands of connections at once.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class CrowdTests(Platform platform) : TransportFixture(platform)
{
    private const int Crowd = 2_000;

    [Test]
    public async Task Thousands_of_subscribers_get_every_event_once_also_those_that_reconnect()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = Crowd + 100);
        StreamClient[] streams = await OpenManyAsync(server, _ => "/events/news", null);
        Assert.That((await server.MetricsAsync())["rawsse_subscriptions"], Is.EqualTo(Crowd));
        string[] ids = await server.PublishManyAsync("news", Enumerable.Range(0, 10).Select(i => $"{i}"));
        foreach (StreamClient stream in streams) await stream.WaitForEventsAsync(ids.Length);
        foreach (StreamClient stream in streams) Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(ids));

        await Parallel.ForEachAsync(streams, async (stream, _) => await stream.ResetAsync());
        string[] missed = await server.PublishManyAsync("news", ["missed1", "missed2"]);
        // Until a reset has been read its connection counts, and those who come back would be too many.
        await Patience.UntilAsync(async () => (await server.MetricsAsync())["rawsse_subscriptions"] == 0, "the resets to be read");
        StreamClient[] again = await OpenManyAsync(server, i => "/events/news", i => ids[i % ids.Length]);
        string live = await server.PublishAsync("news", "live");
        for (int i = 0; i < again.Length; i++)
        {
            string[] expected = [.. ids[(i % ids.Length + 1)..], .. missed, live];
            await again[i].WaitForEventsAsync(expected.Length);
            Assert.That(again[i].Events.Select(e => e.Id), Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task A_channel_for_each_connection_delivers_to_that_one_only()
    {
        TestServer server = await StartAsync(options => options.MaxConnections = Crowd + 100);
        StreamClient[] streams = await OpenManyAsync(server, i => $"/events?channel=user:{i}&channel=all", null);
        for (int i = 0; i < Crowd; i += 7) await server.PublishAsync($"user:{i}", $"to {i}");
        await server.PublishAsync("all", "to all");
        for (int i = 0; i < Crowd; i++)
        {
            string[] expected = i % 7 == 0 ? [$"to {i}", "to all"] : ["to all"];
            await streams[i].WaitForEventsAsync(expected.Length);
            Assert.That(streams[i].Data, Is.EquivalentTo(expected));
        }
    }

    private static async Task<StreamClient[]> OpenManyAsync(TestServer server, Func<int, string> target, Func<int, string>? position)
    {
        var streams = new StreamClient[Crowd];
        await Parallel.ForAsync(0, Crowd, new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (i, _) => streams[i] = await server.OpenAsync(target(i), position?.Invoke(i)));
        return streams;
    }
}
