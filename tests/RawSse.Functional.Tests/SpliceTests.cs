using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>
/// Streams that join a channel while its last events are published: nothing comes after them that could wake a stream which
/// was left behind, so whoever misses a wake-up waits for ever.
/// </summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class SpliceTests(Platform platform) : TransportFixture(platform)
{
    private const int Rounds = 60;
    private const int Events = 6;

    [TestCase(0, 1)]
    [TestCase(0, 3)]
    [TestCase(2048, 1)]
    [TestCase(2048, 3)]
    public async Task Joining_while_the_last_events_are_published_leaves_nobody_behind(int receiveBuffer, int channels)
    {
        int seed = Seed.Take();
        var random = new Random(seed);
        TestServer server = await StartAsync();
        Publisher[] publishers = [.. await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => server.PublisherAsync()))];
        for (int round = 0; round < Rounds; round++)
        {
            string[] names = [.. Enumerable.Range(0, channels).Select(c => $"r{round}.{c}")];
            string target = "/events?from=earliest&" + string.Join('&', names.Select(n => $"channel={n}"));
            Task[] publishing = [.. publishers.Select((publisher, p) => PublishAsync(publisher, names, p, new Random(seed + round * 2 + p)))];
            StreamClient[] streams = await OpenAsync(server, target, receiveBuffer, random);
            await Task.WhenAll(publishing);
            foreach (StreamClient stream in streams)
            {
                await WaitForAllAsync(server, stream, target, $"round {round}; {Seed.Replay(seed)}");
                Assert.That(stream.Events, Has.Count.EqualTo(2 * Events).And.Unique);
                await stream.DisposeAsync();
            }
        }
    }

    private static async Task WaitForAllAsync(TestServer server, StreamClient stream, string target, string when)
    {
        try
        {
            await stream.WaitAsync(p => p.Events.Count >= 2 * Events, "all events");
        }
        catch (AssertionException)
        {
            StreamClient truth = await server.OpenAsync(target);
            await truth.WaitForEventsAsync(2 * Events);
            throw new AssertionException($"left behind in {when}\nseen {Short(stream)}\nof   {Short(truth)}");
        }
    }

    private static string Short(StreamClient stream) => string.Join(' ', stream.Events.Select(e => $"{e.Id}={e.Text[..3]}"));

    private static async Task<StreamClient[]> OpenAsync(TestServer server, string target, int receiveBuffer, Random random)
    {
        var streams = new List<StreamClient>();
        for (int i = 0; i < 4; i++)
        {
            await Task.Delay(random.Next(3));
            StreamClient stream = await StreamClient.OpenSlowAsync(server.Endpoint, target, null, receiveBuffer);
            stream.ReadOn();
            streams.Add(stream);
        }
        return [.. streams];
    }

    private static async Task PublishAsync(Publisher publisher, string[] names, int number, Random random)
    {
        for (int i = 0; i < Events; i++)
        {
            if (random.Next(3) == 0) await Task.Delay(random.Next(3));
            await publisher.PublishAsync(names[random.Next(names.Length)], $"{number}.{i}.{new string('x', random.Next(800))}");
        }
    }
}
