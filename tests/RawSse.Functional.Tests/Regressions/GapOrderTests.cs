using System.Globalization;
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
        await slow.ReadSomeAsync(1);
        await PublishAsync(server, 200, 1500);
        await server.PublishAsync("news", "end");
        slow.ReadOn();
        await slow.WaitForDataAsync("end");

        Assert.That(slow.Gaps().Select(gap => (gap.Channel, gap.Reason)), Is.Not.Empty.And.All.EqualTo(("news", "trimmed")));
        int next = 0;
        bool isAfterGap = false;
        foreach (SseItem item in slow.Events.Where(e => e.Type is not null || e.Text.Length > 100))
        {
            if (item.Type is null)
            {
                int number = int.Parse(item.Text[..4], CultureInfo.InvariantCulture);
                Assert.That(number, isAfterGap ? Is.GreaterThan(next) : Is.EqualTo(next), "only a gap may leave out events");
                next = number + 1;
            }
            isAfterGap = item.Type is not null;
        }
        Assert.That(next, Is.EqualTo(1500));
    }

    private static string[] Numbers(int from, int to) => [.. Enumerable.Range(from, to - from).Select(i => $"{i:d4}")];

    private static Task<string[]> PublishAsync(TestServer server, int from, int to) =>
        server.PublishManyAsync("news", Numbers(from, to).Select(number => number + Padding));
}
