using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests.Regressions;

/// <summary>A cached page may begin between two events: a replay that comes to its beginning went to the head instead of into it.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class NeighbouringPageTests(Platform platform) : TransportFixture(platform)
{
    [TestCase(0)]
    [TestCase(3)]
    [TestCase(4)]
    public async Task History_goes_on_where_a_page_of_somebody_who_asked_inclusively_begins(int resumedAt)
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        var ids = new List<string>();
        for (int i = 0; i < 10; i++)
        {
            // Each in a millisecond of its own: then there is room between the ids.
            clock.Advance(TimeSpan.FromMilliseconds(5));
            ids.Add(await server.PublishAsync("news", $"{i}"));
        }
        StreamClient inclusive = await server.OpenAsync($"/events/news?from={ids[5]}");
        await inclusive.WaitForEventsAsync(5);
        StreamClient resumed = await server.OpenAsync("/events/news", ids[resumedAt]);
        await server.PublishAsync("news", "end");
        await resumed.WaitForDataAsync("end");
        Assert.That(resumed.Data, Is.EqualTo((string[])[.. Enumerable.Range(resumedAt + 1, 9 - resumedAt).Select(i => $"{i}"), "end"]));
        Assert.That(resumed.Gaps(), Is.Empty);
    }
}
