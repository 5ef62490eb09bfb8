using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §3: an event's exact bytes, and that nothing a publisher sends can forge a field.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class StreamFrameTests(Platform platform) : TransportFixture(platform)
{
    private static readonly TestCaseData[] Frames =
    [
        new TestCaseData("{\"msg\":\"hello\"}", "update", "event: update\ndata: {\"msg\":\"hello\"}\n\n").SetArgDisplayNames("typed"),
        new TestCaseData("hello", null, "data: hello\n\n").SetArgDisplayNames("no type"),
        new TestCaseData("hello", "message", "data: hello\n\n").SetArgDisplayNames("type message"),
        new TestCaseData("hello", "", "data: hello\n\n").SetArgDisplayNames("empty type"),
        new TestCaseData("", null, "data: \n\n").SetArgDisplayNames("empty"),
        new TestCaseData("a\nb", null, "data: a\ndata: b\n\n").SetArgDisplayNames("LF"),
        new TestCaseData("a\rb", null, "data: a\ndata: b\n\n").SetArgDisplayNames("CR"),
        new TestCaseData("a\r\nb", null, "data: a\ndata: b\n\n").SetArgDisplayNames("CRLF"),
        new TestCaseData("a\n\rb", null, "data: a\ndata: \ndata: b\n\n").SetArgDisplayNames("LF CR"),
        new TestCaseData("a\n", null, "data: a\ndata: \n\n").SetArgDisplayNames("LF at the end"),
        new TestCaseData("\n\n", null, "data: \ndata: \ndata: \n\n").SetArgDisplayNames("only LF"),
        new TestCaseData("a\r\n\r\nid: 9-9\nevent: x", "t", "event: t\ndata: a\ndata: \ndata: id: 9-9\ndata: event: x\n\n")
            .SetArgDisplayNames("forged fields"),
        new TestCaseData(" lead", null, "data:  lead\n\n").SetArgDisplayNames("leading space"),
        new TestCaseData(":colon", null, "data: :colon\n\n").SetArgDisplayNames("leading colon"),
        new TestCaseData("a\0b", null, "data: a\0b\n\n").SetArgDisplayNames("NUL"),
        new TestCaseData("\uFEFFbom", null, "data: \uFEFFbom\n\n").SetArgDisplayNames("BOM"),
        new TestCaseData("\U0001F600é\u2028", "späß", "event: späß\ndata: \U0001F600é\u2028\n\n").SetArgDisplayNames("multibyte"),
        new TestCaseData("x", "has space", "event: has space\ndata: x\n\n").SetArgDisplayNames("type with space"),
    ];

    [TestCaseSource(nameof(Frames))]
    public async Task Event_is_written_exactly(string data, string? type, string expected)
    {
        TestServer server = await StartAsync();
        RawClient client = await server.ConnectAsync();
        await client.SendAsync(Request.Stream("/events/news"));
        await client.ReadThroughAsync("id: 0-0\n\n");
        string id = await server.PublishAsync("news", data, type);
        byte[] frame = Encoding.UTF8.GetBytes($"id: {id}\n{expected}");
        string seen = Encoding.UTF8.GetString(await client.ReadExactlyAsync(frame.Length));
        Assert.That(seen, Is.EqualTo(Encoding.UTF8.GetString(frame)));

        StreamClient replayed = await server.OpenAsync("/events/news", "0-0");
        await replayed.WaitForEventsAsync(1);
        Assert.That(replayed.Events[0].Text, Is.EqualTo(Normalized(data)));
        Assert.That(replayed.Events[0].Type, Is.EqualTo(type is "" or "message" ? null : type));
    }

    [Test]
    public async Task Live_and_replayed_bytes_are_the_same()
    {
        TestServer server = await StartAsync();
        RawClient live = await server.ConnectAsync();
        await live.SendAsync(Request.Stream("/events/news"));
        await live.ReadThroughAsync("id: 0-0\n\n");
        string[] payloads = ["a", "b\nc", "", "d\r\n", "é", new string('x', 5000)];
        foreach (string payload in payloads) await server.PublishAsync("news", payload, "t");
        string last = await server.PublishAsync("news", "end");
        string marker = $"id: {last}\ndata: end\n\n";
        string sent = await live.ReadThroughAsync(marker);

        RawClient replay = await server.ConnectAsync();
        await replay.SendAsync(Request.Stream("/events/news", "0-0"));
        await replay.ReadThroughAsync("id: 0-0\n\n");
        Assert.That(await replay.ReadThroughAsync(marker), Is.EqualTo(sent));
    }

    [Test]
    public async Task The_largest_event_arrives_whole_live_and_replayed()
    {
        TestServer server = await StartAsync();
        StreamClient live = await server.OpenAsync("/events/news");
        string largest = string.Concat(Enumerable.Range(0, 26_000).Select(i => $"{i % 1000:000}é\U0001F600 "));
        Assert.That(Encoding.UTF8.GetByteCount(largest), Is.EqualTo(260_000), "just below --max-event-bytes, 256 KiB");
        await server.PublishAsync("news", largest);
        await live.WaitForEventsAsync(1);
        StreamClient replayed = await server.OpenAsync("/events/news", "0-0");
        await replayed.WaitForEventsAsync(1);
        Assert.That(live.Data[0], Is.EqualTo(largest));
        Assert.That(replayed.Data[0], Is.EqualTo(largest));
    }

    [Test]
    public async Task Random_payloads_arrive_as_published()
    {
        int seed = Seed.Take();
        var random = new Random(seed);
        string[] pieces = ["\r", "\n", "\r\n", ":", " ", "data:", "id: 1-1", "event: x", "\0", "é", "\U0001F600", "\uFEFF", "x", "\u0085"];
        TestServer server = await StartAsync();
        StreamClient live = await server.OpenAsync("/events/news");
        string[] payloads = [.. Enumerable.Range(0, 200).Select(_ =>
            string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)])))];
        string[] ids = await server.PublishManyAsync("news", payloads);
        await live.WaitForEventsAsync(payloads.Length);
        StreamClient replayed = await server.OpenAsync("/events/news?from=earliest");
        await replayed.WaitForEventsAsync(payloads.Length);
        foreach (StreamClient stream in new[] { live, replayed })
        {
            Assert.That(stream.Data, Is.EqualTo(payloads.Select(Normalized)), Seed.Replay(seed));
            Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(ids), Seed.Replay(seed));
        }
    }

    /// <summary>What an EventSource gives for data whose line ends the stream turned into lines of its own.</summary>
    private static string Normalized(string data) =>
        data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
