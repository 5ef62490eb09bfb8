using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>Contract §4: the stream is the truth, Pub/Sub the doorbell. Whatever rings, each entry arrives once and in order.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DoorbellTests : RedisTest
{
    private const string News = "/events/news";

    [Test]
    public async Task The_same_event_rings_before_and_after_it_is_added_twice_and_under_false_ids()
    {
        NodeProcess node = await StartNodeAsync();
        StreamClient stream = await OpenAsync(node, News);
        await AddNumberedAsync("news", 1, 1);
        foreach (string id in new[] { "1-0", "1-0", "0-0", "999-0", "18446744073709551615-18446744073709551615", "1718000000001-0", "", "x", "-", "1", "1-0-0" })
            await RingAsync("news", $$"""{"id":"{{id}}","type":"update","data":"false"}""");
        await AddNumberedAsync("news", 2, 2);
        await RingAsync("news", """{"id":"2-0","data":"2"}""");
        await AssertSeesAsync(stream, "1", "2");
    }

    [Test]
    public async Task Doorbells_that_ring_in_another_order_than_the_stream_has()
    {
        NodeProcess node = await StartNodeAsync();
        StreamClient stream = await OpenAsync(node, News);
        await AddNumberedAsync("news", 1, 5);
        foreach (int i in new[] { 3, 1, 5, 2, 4 })
            await RingAsync("news", $$"""{"id":"{{i}}-0","prev":"{{i - 1}}-0","type":"","data":"{{i}}"}""");
        await AssertSeesAsync(stream, "1", "2", "3", "4", "5");
    }

    [Test]
    public async Task Doorbells_with_a_chain_arrive_at_once_and_twice_rung_once()
    {
        // An audit so slow that only the doorbells can have brought them.
        NodeProcess node = await StartNodeAsync("--audit", "1h");
        StreamClient stream = await OpenAsync(node, News);
        for (int i = 1; i <= 5; i++)
        {
            await AddNumberedAsync("news", i, i);
            for (int times = 0; times < 2; times++)
                await RingAsync("news", $$"""{"id":"{{i}}-0","prev":"{{i - 1}}-0","type":"","data":"{{i}}"}""");
            await stream.WaitForDataAsync($"{i}");
        }
        await AssertSeesAsync(stream, "1", "2", "3", "4", "5");
    }

    [TestCase("")]
    [TestCase("hello")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("17")]
    [TestCase("{}")]
    [TestCase("""{"id":1,"data":2,"prev":3}""")]
    [TestCase("""{"id":"1-0","prev":"0-0"}""")]
    [TestCase("""{"id":"1-0","prev":"0-0","data":null}""")]
    [TestCase("""{"id":"1-0","prev":"0-0","data":"\ud800"}""")]
    [TestCase("""{"id":"1-0","prev":"7-0","type":"a\nb","data":"1"}""")]
    [TestCase("""{"ID":"1-0","Prev":"0-0","Data":"no"}""")]
    [TestCase("""{"id":"1-0","prev":"0-0","data":"1"} and more""")]
    [TestCase("""{"event":{"id":"7-0","data":"nested"},"more":[[[[]]]]}""")]
    public async Task Whatever_the_payload_is_it_only_rings(string payload)
    {
        NodeProcess node = await StartNodeAsync("--audit", "1h");
        StreamClient stream = await OpenAsync(node, News);
        await AddNumberedAsync("news", 1, 1);
        Assert.That(await RingAsync("news", payload), Is.EqualTo(1), "a node has one subscription a channel");
        await stream.WaitForDataAsync("1");
        await AddNumberedAsync("news", 2, 2);
        await RingAsync("news", payload);
        await AssertSeesAsync(stream, "1", "2");
    }

    [Test]
    public async Task Payloads_that_are_not_text_or_are_huge_only_ring()
    {
        NodeProcess node = await StartNodeAsync("--audit", "1h");
        StreamClient stream = await OpenAsync(node, News);
        byte[][] payloads = [[0xff, 0xfe, 0], [.. """{"id":"1-0","prev":"0-0","data":"\u00ff"""u8, 0xff, .. "\"}"u8], new byte[3 << 20]];
        for (int i = 0; i < payloads.Length; i++)
        {
            await AddNumberedAsync("news", i + 1, i + 1);
            await RingAsync("news", payloads[i]);
            await stream.WaitForDataAsync($"{i + 1}");
        }
        await AssertSeesAsync(stream, "1", "2", "3");
    }

    [Test]
    public async Task A_publish_without_an_entry_delivers_nothing()
    {
        NodeProcess node = await StartNodeAsync();
        StreamClient stream = await OpenAsync(node, News);
        await RingAsync("news", """{"id":"1718000000001-0","type":"update","data":"ghost"}""");
        await RingAsync("news", """{"type":"update","data":"ghost"}""");
        await AddAsync("news", "data", "real");
        await RingAsync("news", "{}");
        await AssertSeesAsync(stream, "real");
    }

    [Test]
    public async Task An_entry_without_a_publish_arrives_all_the_same()
    {
        NodeProcess node = await StartNodeAsync();
        StreamClient stream = await OpenAsync(node, News);
        await AddNumberedAsync("news", 1, 1);
        await stream.WaitForDataAsync("1");
        await AddNumberedAsync("news", 2, 3);
        await AssertSeesAsync(stream, "1", "2", "3");
    }

    [Test]
    public async Task Publishers_of_all_kinds_at_once_are_delivered_in_the_order_of_the_stream()
    {
        NodeProcess[] nodes = [await StartNodeAsync(), await StartNodeAsync()];
        StreamClient[] streams = [await OpenAsync(nodes[0], News), await OpenAsync(nodes[1], News)];
        const int each = 100;
        await Task.WhenAll(
            HttpAsync(nodes[0], "a"), HttpAsync(nodes[1], "b"), ByHandAsync("c", ring: true), ByHandAsync("d", ring: false));
        string[] truth = [.. (await Redis.AskAsync("XRANGE", "sse:news", "-", "+")).Items!.Select(e => e[0].Text)];
        Assert.That(truth, Has.Length.EqualTo(4 * each));
        foreach (StreamClient stream in streams)
        {
            await stream.WaitForEventsAsync(truth.Length);
            Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(truth));
        }

        async Task HttpAsync(NodeProcess node, string name)
        {
            using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
            for (int i = 0; i < each; i++) await publisher.PublishAsync("news", $"{name}{i}");
        }

        async Task ByHandAsync(string name, bool ring)
        {
            using RespClient client = await Redis.ConnectAsync();
            for (int i = 0; i < each; i++)
            {
                await client.AskAsync("XADD", "sse:news", "*", "type", "t", "data", $"{name}{i}");
                if (ring) await client.AskAsync("PUBLISH", "sse:channel:news", """{"id":"1718000000001-0","type":"t","data":"x"}""");
            }
        }
    }

    [Test]
    public async Task Entries_that_cannot_be_events_are_skipped_and_the_next_one_arrives()
    {
        NodeProcess node = await StartNodeAsync("--max-event-bytes", "4KiB", "--max-lag", "64KiB");
        StreamClient live = await OpenAsync(node, News);
        object[][] bad =
        [
            ["type", "no data"],
            ["type", "a\nb", "data", "line feed"],
            ["type", "a\rb", "data", "carriage return"],
            ["data", new string('x', 5_000)],
            ["data", new byte[] { 0xff, 0xfe }],
            ["type", new byte[] { 0xc0 }, "data", "1"],
            ["other", "fields", "only", "here"],
        ];
        List<string> ids = [];
        for (int i = 0; i < bad.Length; i++)
        {
            await AddAsync("news", bad[i]);
            await RingAsync("news", "{}");
            ids.Add(await AddAsync("news", "data", $"good{i}"));
            await RingAsync("news", "{}");
            await live.WaitForDataAsync($"good{i}");
        }
        string last = await AddAsync("news", bad[0]);
        string[] good = [.. Enumerable.Range(0, bad.Length).Select(i => $"good{i}")];
        StreamClient replayed = await OpenAsync(await StartNodeAsync("--max-event-bytes", "4KiB", "--max-lag", "64KiB"), News, "0-0");
        await replayed.WaitForEventsAsync(good.Length);
        Assert.That(replayed.Events.Select(e => e.Id), Is.EqualTo(ids));
        StreamClient fromBad = await OpenAsync(node, News, last);
        string next = await AddAsync("news", "data", "next");
        await fromBad.WaitForDataAsync("next");
        Assert.That(fromBad.Events.Select(e => e.Id), Is.EqualTo(new[] { next }));
        await AssertSeesAsync(live, [.. good, "next"]);
        await AssertSeesAsync(replayed, [.. good, "next", "end"]);
    }

    [Test]
    public async Task Other_fields_and_another_order_of_fields_do_not_matter()
    {
        NodeProcess node = await StartNodeAsync();
        StreamClient stream = await OpenAsync(node, News);
        await AddAsync("news", "trace", "abc", "data", "one\ntwo", "user", "7", "type", "update");
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Events[0], Is.EqualTo(stream.Events[0] with { Type = "update", Text = "one\ntwo" }));
    }

    [Test]
    public async Task Our_own_publish_rings_with_the_entry_before_it_and_any_subscriber_can_read_it()
    {
        NodeProcess node = await StartNodeAsync();
        using RespClient subscriber = await Redis.ConnectAsync();
        await subscriber.AskAsync("SUBSCRIBE", "sse:channel:news");
        string prev = "0-0";
        foreach (string data in new[] { "plain", "\"quoted\" \\ / \u0001 \u007f", "é 漢 🎈", """{"msg":"hello"}""" })
        {
            string id = await PublishAsync(node, "news", data, "update");
            RespReply message = await subscriber.ReadAsync();
            using var json = System.Text.Json.JsonDocument.Parse(message[2].Bytes);
            string Value(string name) => json.RootElement.GetProperty(name).GetString()!;
            Assert.That((Value("id"), Value("prev"), Value("type"), Value("data")), Is.EqualTo((id, prev, "update", data)));
            RespReply entry = (await Redis.AskAsync("XRANGE", "sse:news", id, id))[0];
            Assert.That(entry[1].Items!.Select(i => i.Text), Is.EqualTo(new[] { "type", "update", "data", data }));
            prev = id;
        }
        Assert.That((await Redis.AskAsync("PTTL", "sse:news")).Number, Is.InRange(1, TimeSpan.FromHours(24).TotalMilliseconds));
    }

    /// <summary>It has seen exactly this, also after one more event that nothing can overtake.</summary>
    private async Task AssertSeesAsync(StreamClient stream, params string[] data)
    {
        await stream.WaitForEventsAsync(data.Length);
        string end = await AddAsync("news", "data", "end");
        await RingAsync("news", "{}");
        await stream.WaitAsync(parser => parser.LastEventId == end, "the last event");
        Assert.That(stream.Data, Is.EqualTo(data.Append("end")));
    }
}
