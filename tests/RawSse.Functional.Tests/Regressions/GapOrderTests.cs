using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests.Regressions;

/// <summary>A stream of several channels whose history is trimmed under its replay: the gap came after events that it precedes.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class GapOrderTests(Platform platform) : TransportFixture(platform)
{
    private static readonly string Padding = new('x', 4000);

    [Test]
    public async Task A_gap_in_one_of_several_replays_comes_between_what_was_before_it_and_what_is_after_it()
    {
        TestServer server = await StartAsync(options =>
        {
            options.MaxLength = 200;
            options.MaxLag = 512 << 10;
            options.ChannelBytes = 1 << 20;
        });
        await PublishAsync(server, 0, 200);
        await server.PublishAsync("other", "o");
        StreamClient slow = await server.OpenSlowAsync("/events?channel=news&channel=other&from=earliest");
        // Its first page is there: what is trimmed from now on is trimmed under its replay.
        while (!slow.Events.Any(static e => e.Text.StartsWith("0000", StringComparison.Ordinal)))
            await slow.ReadSomeAsync(512);
        await PublishAsync(server, 200, 1500);
        await server.PublishAsync("news", "end");
        slow.ReadOn();
        await slow.WaitForDataAsync("end");

        Gap gap = slow.Gaps().Single();
        Assert.That((gap.Channel, gap.Reason), Is.EqualTo(("news", "trimmed")));
        string[] news = [.. slow.Events.Where(e => e.Type is not null || e.Text.Length > 100).Select(e => e.Type ?? e.Text[..4])];
        int at = Array.IndexOf(news, "rawsse.gap");
        Assert.That(news[..at], Is.EqualTo(Numbers(0, at)), "before the gap");
        Assert.That(news[(at + 1)..], Is.EqualTo(Numbers(1500 - (news.Length - at - 1), 1500)), "after the gap");
    }

    private static string[] Numbers(int from, int to) => [.. Enumerable.Range(from, to - from).Select(i => $"{i:d4}")];

    private static Task<string[]> PublishAsync(TestServer server, int from, int to) =>
        server.PublishManyAsync("news", Numbers(from, to).Select(number => number + Padding));
}
