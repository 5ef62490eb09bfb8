using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>Contract §3, the gap table, over Redis: history is trimmed or deleted under clients that are behind.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HistoryTests : RedisTest
{
    private const string News = "/events/news";

    [Test]
    public async Task An_id_that_the_store_has_is_no_gap_on_any_node()
    {
        NodeProcess[] nodes = [await StartNodeAsync(), await StartNodeAsync()];
        await AddNumberedAsync("news", 1, 10);
        foreach (NodeProcess node in nodes)
        {
            StreamClient stream = await OpenAsync(node, News, "4-0");
            await stream.WaitForEventsAsync(6);
            Assert.That(stream.Data, Is.EqualTo(new[] { "5", "6", "7", "8", "9", "10" }));
        }
    }

    [Test]
    public async Task From_the_beginning_of_all_that_there_ever_was_is_no_gap()
    {
        NodeProcess node = await StartNodeAsync();
        await AddNumberedAsync("news", 1, 3);
        StreamClient earliest = await OpenAsync(node, News + "?from=earliest");
        StreamClient zero = await OpenAsync(node, News, "0-0");
        foreach (StreamClient stream in new[] { earliest, zero })
        {
            await stream.WaitForEventsAsync(3);
            Assert.That(stream.Data, Is.EqualTo(new[] { "1", "2", "3" }));
        }
    }

    [Test]
    public async Task Trimmed_under_a_client_is_a_gap_and_goes_on_from_the_oldest()
    {
        NodeProcess node = await StartNodeAsync();
        await AddNumberedAsync("news", 1, 10);
        await Redis.AskAsync("XTRIM", "sse:news", "MINID", "7-0");
        StreamClient stream = await OpenAsync(node, News, "4-0");
        await stream.WaitForEventsAsync(5);
        Assert.That(stream.Events[0].Type, Is.EqualTo("rawsse.gap"), "said before it goes on");
        Gap gap = stream.Gaps().Single();
        Assert.That(gap, Is.EqualTo(new Gap(gap.Id, "news", "trimmed", "4-0", "7-0", "10-0")));
        Assert.That(stream.Data[1..], Is.EqualTo(new[] { "7", "8", "9", "10" }));
    }

    [Test]
    public async Task From_the_beginning_of_a_trimmed_history_is_a_gap()
    {
        NodeProcess node = await StartNodeAsync();
        await AddNumberedAsync("news", 1, 10);
        await Redis.AskAsync("XTRIM", "sse:news", "MAXLEN", 2);
        StreamClient stream = await OpenAsync(node, News + "?from=earliest");
        await stream.WaitForEventsAsync(3);
        Assert.That(stream.Gaps().Single().Reason, Is.EqualTo("trimmed"));
        Assert.That(stream.Data[1..], Is.EqualTo(new[] { "9", "10" }));
    }

    [Test]
    public async Task A_deleted_stream_is_a_gap_and_what_comes_then_arrives()
    {
        NodeProcess node = await StartNodeAsync();
        await AddNumberedAsync("news", 1, 10);
        await Redis.AskAsync("DEL", "sse:news");
        StreamClient stream = await OpenAsync(node, News, "4-0");
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Gaps().Single().Reason, Is.EqualTo("trimmed"));
        await AddAsync("news", "data", "new");
        await stream.WaitForDataAsync("new");
    }

    [Test]
    public async Task A_deleted_entry_that_a_client_names_is_a_gap_unknown_and_everything_after_it_follows()
    {
        NodeProcess node = await StartNodeAsync();
        await AddNumberedAsync("news", 1, 6);
        await Redis.AskAsync("XDEL", "sse:news", "4-0");
        StreamClient stream = await OpenAsync(node, News, "4-0");
        await stream.WaitForEventsAsync(3);
        Gap gap = stream.Gaps().Single();
        Assert.That(gap, Is.EqualTo(new Gap(gap.Id, "news", "unknown", "4-0", "1-0", "6-0")));
        Assert.That(stream.Data[1..], Is.EqualTo(new[] { "5", "6" }));
    }

    [Test]
    public async Task An_id_newer_than_the_newest_is_a_gap_ahead_and_goes_on_from_the_newest()
    {
        NodeProcess node = await StartNodeAsync();
        await AddNumberedAsync("news", 1, 3);
        StreamClient stream = await OpenAsync(node, News, "9-0");
        await stream.WaitForEventsAsync(1);
        Gap gap = stream.Gaps().Single();
        Assert.That(gap, Is.EqualTo(new Gap("3-0", "news", "ahead", "9-0", "1-0", "3-0")));
        await AddNumberedAsync("news", 4, 4);
        await stream.WaitForDataAsync("4");
        Assert.That(stream.Events, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_stream_deleted_under_a_live_client_goes_on_with_what_is_added_then()
    {
        NodeProcess node = await StartNodeAsync();
        StreamClient stream = await OpenAsync(node, News);
        await PublishAsync(node, "news", "before");
        await stream.WaitForDataAsync("before");
        await Redis.AskAsync("DEL", "sse:news");
        await PublishAsync(node, "news", "after");
        await stream.WaitForDataAsync("after");
        await AddAsync("news", "data", "by hand");
        await stream.WaitForDataAsync("by hand");
        Assert.That(stream.Data.Where(d => !d.StartsWith('{')), Is.EqualTo(new[] { "before", "after", "by hand" }));
    }

    /// <summary>
    /// What is added while the store is asked about a stream that it had not got is after the gap, not in it. Redis answers and
    /// rings in the same moment, since it was stopped while both were asked for.
    /// </summary>
    [Test]
    public async Task An_entry_that_is_added_to_a_deleted_stream_while_a_client_comes_back_reaches_it()
    {
        NodeProcess node = await StartNodeAsync();
        using RespClient publisher = await Redis.ConnectAsync();
        for (int round = 0; round < 20; round++)
        {
            string channel = $"news{round}";
            StreamClient live = await OpenAsync(node, $"/events/{channel}");
            await AddNumberedAsync(channel, 10, 10);
            await live.WaitForDataAsync("10");
            await Redis.AskAsync("DEL", $"sse:{channel}");
            Redis.Stop();
            Task<StreamClient>[] opening = [.. Enumerable.Range(0, 8).Select(_ => OpenAsync(node, $"/events/{channel}", "5-0"))];
            await Patience.UntilAsync(async () => (await node.MetricsAsync())["rawsse_connections"] >= 9, "the clients to have come back");
            await publisher.SendAsync("XADD", $"sse:{channel}", "11-0", "data", "11");
            await publisher.SendAsync("PUBLISH", $"sse:channel:{channel}", """{"id":"11-0","prev":"10-0","data":"11"}""");
            Redis.Continue();
            foreach (Task<StreamClient> stream in opening) await (await stream).WaitForDataAsync("11");
            foreach (Task<StreamClient> stream in opening) await (await stream).ResetAsync();
            await live.ResetAsync();
            await publisher.ReadAsync();
            await publisher.ReadAsync();
        }
    }

    /// <summary>A clock that was set back, or ids of the publishers' own.</summary>
    [Test]
    public async Task A_stream_that_begins_anew_with_smaller_ids_is_announced_to_a_live_client()
    {
        NodeProcess node = await StartNodeAsync();
        await AddNumberedAsync("news", 100, 103);
        StreamClient stream = await OpenAsync(node, News, "100-0");
        await stream.WaitForEventsAsync(3);
        await Redis.AskAsync("DEL", "sse:news");
        await AddNumberedAsync("news", 1, 2);
        await stream.WaitAsync(parser => parser.Events.Any(e => e.Type == "rawsse.gap"), "a gap");
        await AddNumberedAsync("news", 104, 104);
        await stream.WaitForDataAsync("104");
    }

    [Test]
    public async Task A_blocked_reader_whose_history_is_trimmed_meanwhile_is_told_so()
    {
        const int count = 300;
        NodeProcess node = await StartNodeAsync("--max-event-bytes", "64KiB", "--max-lag", "128KiB", "--channel-bytes", "256KiB");
        StreamClient slow = Own(await StreamClient.OpenSlowAsync(node.Endpoint, News, null, receiveBuffer: 4096));
        StreamClient fast = await OpenAsync(node, News);
        await slow.ReadSomeAsync(1);
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        for (int i = 0; i < count; i++) await publisher.PublishAsync("news", $"{i} {new string('x', 30_000)}");
        await fast.WaitForEventsAsync(count);
        await Redis.AskAsync("XTRIM", "sse:news", "MAXLEN", 3);
        slow.ReadOn();
        await slow.WaitAsync(parser => parser.Events is [.., { } last] && last.Text.StartsWith($"{count - 1} ", StringComparison.Ordinal), "the last event");
        int next = 0;
        bool gapSaid = false;
        foreach (SseItem item in slow.Events)
        {
            if (item.Type == "rawsse.gap")
            {
                gapSaid = true;
                continue;
            }
            int number = int.Parse(item.Text.Split(' ')[0]);
            Assert.That(number == next || (gapSaid && number > next), Is.True, $"{number} came where {next} was next");
            (next, gapSaid) = (number + 1, false);
        }
        Assert.That(slow.Gaps().Select(g => g.Reason), Is.EqualTo(new[] { "trimmed" }));
    }
}
