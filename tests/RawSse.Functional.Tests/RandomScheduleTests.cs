using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Clients cut anywhere and reconnect while publishers publish; an oracle that knows all ids checks exactly-once, in order.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class RandomScheduleTests(Platform platform) : TransportFixture(platform)
{
    private const int Publishers = 3;
    private const int EventsEach = 120;
    private static readonly string[] Channels = ["a", "b", "c"];

    [Test]
    public async Task Whatever_the_schedule_each_client_sees_each_event_once_and_in_order()
    {
        int seed = Seed.Take();
        TestServer server = await StartAsync();
        var clients = new List<(ResumingClient Client, string[] Channels)>();
        for (int i = 0; i < 12; i++)
        {
            var random = new Random(seed + i);
            string[] mine = i < 6 ? [Channels[i % 3]] : [.. Channels.OrderBy(_ => random.Next()).Take(2 + i % 2)];
            string target = "/events?" + string.Join('&', mine.Select(c => $"channel={c}"));
            await using StreamClient first = await StreamClient.OpenAsync(server.Endpoint, target);
            clients.Add((new ResumingClient(server.Endpoint, target, first.Position, random), mine));
        }
        Task[] running = [.. clients.Select(c => c.Client.RunAsync(seen => seen.Count(e => e.Text == "end") == c.Channels.Length))];

        Dictionary<string, string[]> truth = await PublishAsync(server, seed);

        await FinishAsync(running, clients, truth, seed);
        foreach ((ResumingClient client, string[] channels) in clients)
        {
            Assert.That(client.Seen.Where(e => e.Type == "rawsse.gap"), Is.Empty, Seed.Replay(seed));
            foreach (string channel in channels)
            {
                Assert.That(client.Seen.Where(e => e.Type == channel).Select(e => e.Text), Is.EqualTo(truth[channel]),
                    $"channel {channel} of {string.Join(',', channels)} after {client.Cuts} cuts; {Seed.Replay(seed)}");
            }
            Assert.That(client.Seen, Has.Count.EqualTo(channels.Sum(c => truth[c].Length)), Seed.Replay(seed));
        }
    }

    private static async Task FinishAsync(
        Task[] running, List<(ResumingClient Client, string[] Channels)> clients, Dictionary<string, string[]> truth, int seed)
    {
        try
        {
            await Task.WhenAll(running).WaitAsync(Patience.Limit * 2);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            IEnumerable<string> late = clients.Where((_, i) => !running[i].IsCompletedSuccessfully).Select(c =>
                $"{string.Join(',', c.Channels)}: {c.Client.Doing}, {c.Client.Cuts} cuts, at {c.Client.Position}, seen "
                + string.Join(' ', c.Channels.Select(name => $"{name}={c.Client.Seen.Count(s => s.Type == name)}/{truth[name].Length}")));
            throw new AssertionException($"{e.GetType().Name}; not done: {string.Join("\n", late)}\n{Seed.Replay(seed)}", e);
        }
    }

    /// <summary>Publishes from several publishers at once; returns each channel's data in the order of its ids, "end" last.</summary>
    private static async Task<Dictionary<string, string[]>> PublishAsync(TestServer server, int seed)
    {
        (string Channel, string Id, string Data)[][] published = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async p =>
        {
            var random = new Random(seed - 1 - p);
            Publisher publisher = await server.PublisherAsync();
            var mine = new List<(string, string, string)>();
            for (int i = 0; i < EventsEach; i++)
            {
                string channel = Channels[random.Next(Channels.Length)];
                string data = $"{p}.{i}.{new string('x', random.Next(100))}";
                // The type names the channel, so that the oracle can tell the channels of one stream apart.
                mine.Add((channel, await publisher.PublishAsync(channel, data, channel), data));
                if (random.Next(5) == 0) await Task.Delay(random.Next(10));
            }
            return mine.ToArray();
        }));
        var truth = new Dictionary<string, string[]>();
        foreach (string channel in Channels)
        {
            await server.PublishAsync(channel, "end", channel);
            truth[channel] = [.. published.SelectMany(x => x).Where(e => e.Channel == channel)
                .OrderBy(e => EventId.Parse(e.Id)).Select(e => e.Data), "end"];
        }
        return truth;
    }
}
