using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §3, each row of the gap table that the embedded store reaches.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class GapTests(Platform platform) : TransportFixture(platform)
{
    internal const string News = "/events/news";

    [Test]
    public async Task Trimmed_by_length_names_the_oldest_and_newest_and_goes_on_from_the_oldest()
    {
        (TestServer server, string[] ids) = await StartTrimmedAsync();
        string[] kept = await KeptAsync(server, ids);
        StreamClient stream = await server.OpenAsync(News, ids[3]);
        await stream.WaitForEventsAsync(kept.Length + 1);
        Assert.That(stream.Events[0].Type, Is.EqualTo("rawsse.gap"), "said before it goes on");
        Gap gap = stream.Gaps().Single();
        Assert.That(gap, Is.EqualTo(new Gap(gap.Id, "news", "trimmed", ids[3], kept[0], ids[^1])));
        Assert.That(stream.Events.Skip(1).Select(e => e.Id), Is.EqualTo(kept));
        await AssertNothingLostFromAsync(server, gap.Id, kept);
        await AssertSaidAgainFromPositionAsync(server, stream, kept);
    }

    [TestCase(News, "0-0")]
    [TestCase(News + "?from=earliest", null)]
    public async Task From_the_beginning_of_a_trimmed_history_is_a_gap(string target, string? header)
    {
        (TestServer server, string[] ids) = await StartTrimmedAsync();
        string[] kept = await KeptAsync(server, ids);
        StreamClient stream = await server.OpenAsync(target, header);
        await stream.WaitForEventsAsync(kept.Length + 1);
        Gap gap = stream.Gaps().Single();
        Assert.That(gap, Is.EqualTo(new Gap(gap.Id, "news", "trimmed", gap.Requested, kept[0], ids[^1])));
        if (header is not null) Assert.That(gap.Requested, Is.EqualTo("0-0"));
        Assert.That(stream.Events.Skip(1).Select(e => e.Id), Is.EqualTo(kept));
        await AssertNothingLostFromAsync(server, gap.Id, kept);
    }

    [Test]
    public async Task From_the_beginning_of_an_untrimmed_history_is_no_gap()
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("news", ["a", "b"]);
        foreach ((string target, string? header) in new[] { (News, "0-0"), (News + "?from=earliest", null) })
        {
            StreamClient stream = await server.OpenAsync(target, header);
            await stream.WaitForEventsAsync(2);
            Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(ids));
        }
    }

    [Test]
    public async Task The_oldest_kept_id_is_found_and_no_gap()
    {
        (TestServer server, string[] ids) = await StartTrimmedAsync();
        string[] kept = await KeptAsync(server, ids);
        StreamClient stream = await server.OpenAsync(News, kept[0]);
        await stream.WaitForEventsAsync(kept.Length - 1);
        Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(kept[1..]));
    }

    [Test]
    public async Task An_id_on_a_channel_that_never_was_is_a_gap_trimmed()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync(News, "1795320800660-0");
        await stream.WaitForEventsAsync(1);
        Gap gap = stream.Gaps().Single();
        Assert.That((gap.Channel, gap.Reason, gap.Requested), Is.EqualTo(("news", "trimmed", "1795320800660-0")));
        string id = await server.PublishAsync("news", "first");
        await stream.WaitForDataAsync("first");
        await AssertNothingLostFromAsync(server, gap.Id, [id]);
    }

    [TestCase("99999999999999-0")]
    [TestCase("18446744073709551615-18446744073709551615")]
    public async Task An_id_newer_than_the_newest_is_a_gap_ahead_and_then_what_comes(string ahead)
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("news", ["a", "b"]);
        StreamClient stream = await server.OpenAsync(News, ahead);
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Gaps().Single(), Is.EqualTo(new Gap(ids[1], "news", "ahead", ahead, ids[0], ids[1])));
        string next = await server.PublishAsync("news", "next");
        await stream.WaitForDataAsync("next");
        Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(new[] { ids[1], next }));
        await AssertNothingLostFromAsync(server, ids[1], [next]);
        await AssertSaidAgainFromPositionAsync(server, stream, [next]);
    }

    [Test]
    public async Task An_id_of_another_set_of_channels_is_a_gap_unknown_and_then_now()
    {
        TestServer server = await StartAsync();
        StreamClient ab = await server.OpenAsync("/events?channel=a&channel=b");
        await server.PublishAsync("a", "a1");
        string c = await server.PublishAsync("c", "c1");
        await ab.WaitForEventsAsync(1);
        foreach ((string target, string id, string[] channels) in new[]
        {
            ("/events?channel=a&channel=c", ab.LastEventId!, new[] { "a", "c" }),
            ("/events?channel=a&channel=b&channel=c", ab.LastEventId!, ["a", "b", "c"]),
            ("/events/c", ab.LastEventId!, ["c"]),
            ("/events?channel=a&channel=c", c, ["a", "c"]),
        })
        {
            StreamClient stream = await server.OpenAsync(target, id);
            string end = $"end of {target} {id}";
            await server.PublishAsync("c", end);
            await stream.WaitForDataAsync(end);
            Gap[] gaps = stream.Gaps();
            Assert.That(gaps.Select(g => g.Reason), Is.All.EqualTo("unknown"), target);
            Assert.That(gaps.Select(g => g.Requested), Is.All.EqualTo(id), target);
            Assert.That(gaps.Select(g => g.Channel).Order(), Is.EqualTo(channels), "each channel whose events may be missing is named");
            Assert.That(stream.Data.Skip(gaps.Length), Is.EqualTo(new[] { end }), "from now");

            StreamClient again = await server.OpenAsync(target, gaps[^1].Id);
            await again.WaitForDataAsync(end);
            Assert.That(again.Gaps(), Is.Empty, "the position it goes on from is one of this set of channels");
        }
    }

    [Test]
    public async Task Only_the_trimmed_one_of_several_channels_has_a_gap()
    {
        // Neither the store, bounded by entries or bytes, nor a log of the node holds it all.
        TestServer server = await StartAsync(options =>
        {
            (options.MaxEventBytes, options.MaxLag, options.ChannelBytes) = (16 << 10, 64 << 10, 256 << 10);
            options.MaxLength = 100;
        });
        const string Target = "/events?channel=a&channel=news";
        StreamClient first = await server.OpenAsync(Target);
        await server.PublishAsync("a", "a1");
        await server.PublishAsync("news", "n0");
        await first.WaitForEventsAsync(2);
        await first.ResetAsync();
        string padding = new('x', 1000);
        string[] ids = await server.PublishManyAsync("news", Enumerable.Range(1, 600).Select(i => $"n{i}{padding}"));
        await server.PublishAsync("a", "a2");
        string[] kept = await KeptAsync(server, ids, least: 50);
        StreamClient stream = await server.OpenAsync(Target, first.LastEventId);
        await stream.WaitForEventsAsync(1 + kept.Length + 1);
        Assert.That(stream.Gaps(), Has.Length.EqualTo(1), () => $"{kept.Length} kept, {stream.Events.Count} seen");
        Gap gap = stream.Gaps().Single();
        Assert.That((gap.Channel, gap.Reason, gap.Oldest, gap.Newest), Is.EqualTo(("news", "trimmed", kept[0], ids[^1])));
        Assert.That(stream.Data.Count(d => d == "a2"), Is.EqualTo(1));
        Assert.That(stream.Data.Where(d => d[0] == 'n'), Is.EqualTo(Enumerable.Range(601 - kept.Length, kept.Length).Select(i => $"n{i}{padding}")));
    }

    private async Task<(TestServer Server, string[] Ids)> StartTrimmedAsync()
    {
        TestServer server = await StartAsync(options => options.MaxLength = 100);
        return (server, await server.PublishManyAsync("news", Enumerable.Range(0, 600).Select(i => $"{i}")));
    }

    /// <summary>The ids that the store kept: at least the bound (MAXLEN ~ may keep more), at most what leaves some trimmed.</summary>
    private static async Task<string[]> KeptAsync(TestServer server, string[] ids, int least = 100)
    {
        StreamClient all = await server.OpenAsync(News + "?last=1000");
        await all.WaitAsync(p => p.Events.Any(e => e.Id == ids[^1]), "the newest event");
        string[] kept = [.. all.Events.Where(e => e.Type is null).Select(e => e.Id)];
        await all.ResetAsync();
        Assert.That(kept, Has.Length.InRange(least, 300));
        Assert.That(kept, Is.EqualTo(ids[^kept.Length..]));
        return kept;
    }

    /// <summary>A client cut right after the gap reconnects with its id: everything kept arrives once (another gap may be said).</summary>
    internal static async Task AssertNothingLostFromAsync(TestServer server, string position, string[] expected)
    {
        await using StreamClient stream = await StreamClient.OpenAsync(server.Endpoint, News, position);
        await stream.WaitAsync(p => p.Events.Any(e => e.Id == expected[^1] && e.Type is null), $"event {expected[^1]}");
        Assert.That(stream.Events.Where(e => e.Type is null).Select(e => e.Id), Is.EqualTo(expected));
    }

    /// <summary>A client cut between the first block and the gap must be told of the gap when it comes back: silence is not allowed.</summary>
    internal static async Task AssertSaidAgainFromPositionAsync(TestServer server, StreamClient stream, string[] expected)
    {
        await using StreamClient again = await StreamClient.OpenAsync(server.Endpoint, News, stream.Position);
        await again.WaitAsync(p => p.Events.Any(e => e.Type is not null || e.Id == expected[^1]), $"a gap, or event {expected[^1]}");
        bool gapBlockFirst = stream.Items.First(i => i.Kind is SseItemKind.Position or SseItemKind.Event).Kind == SseItemKind.Event;
        Assert.That(gapBlockFirst || again.Gaps().Length > 0 || again.Position == "0-0", Is.True,
            $"from the first block's id {stream.Position} the gap was passed over in silence");
    }
}
