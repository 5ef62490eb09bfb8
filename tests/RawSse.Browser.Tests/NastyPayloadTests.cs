using System.Text;
using RawSse.Browser.Tests.Readers;
using RawSse.Browser.Tests.Support;

namespace RawSse.Browser.Tests;

/// <summary>
/// Four independent readers are given the same nasty events and must agree with each other and with what was published:
/// curl (the bytes), npm's eventsource, .NET's SseParser and Chromium's EventSource.
/// </summary>
public sealed class NastyPayloadTests : BrowserTest
{
    private const string Channel = "nasty/ü";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(120);

    [TestCase(false)]
    [TestCase(true)]
    public async Task All_readers_agree_whole_and_torn(bool isTorn)
    {
        ServerProcess server = await StartServerAsync("--heartbeat", "1h");
        Uri through = isTorn ? Own(new ChaosProxy(server.Url, Tearing.Torn)).Url : server.Url;
        var stream = new Uri(through, "events/" + Uri.EscapeDataString(Channel) + "?from=earliest");
        string[] ids = new string[NastyPayloads.All.Count];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = await server.PublishAsync(Channel, Encoding.UTF8.GetBytes(NastyPayloads.All[i].Data), NastyPayloads.All[i].Type);
        ReadEvent[] expected =
            [.. NastyPayloads.All.Select((p, i) => new ReadEvent(ids[i], p.Type ?? "message", NastyPayloads.Expected(p.Data)))];
        byte[] frames = [.. NastyPayloads.All.SelectMany((p, i) => NastyPayloads.Frame(ids[i], p.Type, p.Data))];

        using var timeout = new CancellationTokenSource(Timeout);
        byte[] lastFrame = NastyPayloads.Frame(ids[^1], NastyPayloads.All[^1].Type, NastyPayloads.All[^1].Data);
        byte[] curl = await CurlReader.ReadAsync(stream, lastFrame, timeout.Token);
        AssertEndsWith(curl, frames, $"id: {ids[0]}\n");
        AssertSame("curl, parsed by SseParser", await SseParserReader.ParseAsync(new MemoryStream(curl), ids.Length, timeout.Token), expected);
        AssertSame("SseParser", await SseParserReader.ReadAsync(stream, ids.Length, timeout.Token), expected);
        AssertSame("npm's eventsource", await NpmReader.ReadAsync(stream, ids.Length, NastyPayloads.Types, timeout.Token), expected);
        AssertSame("Chromium's EventSource", await ReadInChromiumAsync(stream, ids.Length), expected);
    }

    [Test]
    public async Task Readers_that_wait_are_given_the_same_live()
    {
        ServerProcess server = await StartServerAsync("--heartbeat", "1h");
        var stream = new Uri(server.Url, "events/" + Uri.EscapeDataString(Channel));
        ConsolePage console = await OpenConsoleAsync(server.Url, "none");
        Recorder recorder = await Recorder.StartAsync(console.Page, stream.PathAndQuery, NastyPayloads.Types);
        foreach (var (type, data) in NastyPayloads.All)
            await server.PublishAsync(Channel, Encoding.UTF8.GetBytes(data), type);
        await recorder.WaitForEventsAsync(NastyPayloads.All.Count);
        Assert.That((await recorder.EventsAsync()).Select(e => (e.Type, e.Data)),
            Is.EqualTo(NastyPayloads.All.Select(p => (p.Type ?? "message", NastyPayloads.Expected(p.Data)))));
        Assert.That(await recorder.GapsAsync(), Is.Empty);
    }

    private async Task<IReadOnlyList<ReadEvent>> ReadInChromiumAsync(Uri stream, int count)
    {
        ConsolePage console = await OpenConsoleAsync(new Uri(stream, "/"), "none");
        Recorder recorder = await Recorder.StartAsync(console.Page, stream.PathAndQuery, NastyPayloads.Types);
        await recorder.WaitForEventsAsync(count);
        return await recorder.EventsAsync();
    }

    /// <summary>The bytes from <paramref name="first"/> on must be the frames; a failure shows where they part.</summary>
    private static void AssertEndsWith(byte[] bytes, byte[] frames, string first)
    {
        int start = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(first));
        Assert.That(start, Is.GreaterThan(0), $"curl gives no {first}");
        ReadOnlySpan<byte> rest = bytes.AsSpan(start);
        int same = rest.CommonPrefixLength(frames);
        string shown = Encoding.UTF8.GetString(rest[Math.Max(0, same - 60)..Math.Min(rest.Length, same + 60)]);
        Assert.That(same == frames.Length && rest.Length == same, $"curl gives other bytes than the contract says around: {shown}");
    }

    /// <summary>One event at a time, so that a failure names the payload and does not print the largest one.</summary>
    private static void AssertSame(string reader, IReadOnlyList<ReadEvent> events, ReadEvent[] expected)
    {
        for (int i = 0; i < Math.Min(events.Count, expected.Length); i++)
        {
            if (events[i] != expected[i])
                Assert.Fail($"{reader}, event {i}: expected {Show(expected[i])} but was {Show(events[i])}");
        }

        Assert.That(events, Has.Count.EqualTo(expected.Length), reader);
    }

    private static string Show(ReadEvent e)
    {
        string data = System.Text.Json.JsonSerializer.Serialize(e.Data.Length > 200 ? e.Data[..200] : e.Data);
        return $"{e.Id} {e.Type} {data} ({e.Data.Length} characters)";
    }
}
