using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §2, "Where a stream starts".</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class StartRuleTests(Platform platform) : TransportFixture(platform)
{
    // {0} … {4} are the ids of the events e0 … e4.
    [TestCase("", null, new string[0], TestName = "Nothing_given_starts_now")]
    [TestCase("", "{1}", new[] { "e2", "e3", "e4" }, TestName = "Header_gives_what_follows_it")]
    [TestCase("", "", new string[0], TestName = "Empty_header_is_ignored")]
    [TestCase("?lastEventId={2}", "", new[] { "e3", "e4" }, TestName = "Empty_header_falls_through_to_the_query")]
    [TestCase("?lastEventId={2}", null, new[] { "e3", "e4" }, TestName = "Query_lastEventId_gives_what_follows_it")]
    [TestCase("?last_event_id={2}", null, new[] { "e3", "e4" }, TestName = "Query_last_event_id_gives_what_follows_it")]
    [TestCase("?lastEventId={0}", "{3}", new[] { "e4" }, TestName = "Header_wins_over_lastEventId")]
    [TestCase("?last_event_id={0}", "{3}", new[] { "e4" }, TestName = "Header_wins_over_last_event_id")]
    [TestCase("?last_event_id={0}&lastEventId={3}", null, new[] { "e4" }, TestName = "LastEventId_wins_over_last_event_id")]
    [TestCase("?from=earliest", "{3}", new[] { "e4" }, TestName = "Header_wins_over_from")]
    [TestCase("?last=5", "{3}", new[] { "e4" }, TestName = "Header_wins_over_last")]
    [TestCase("?from=earliest&lastEventId={3}", null, new[] { "e4" }, TestName = "LastEventId_wins_over_from")]
    [TestCase("?last=5&last_event_id={3}", null, new[] { "e4" }, TestName = "Last_event_id_wins_over_last")]
    [TestCase("?from=earliest", null, new[] { "e0", "e1", "e2", "e3", "e4" }, TestName = "From_earliest_gives_all")]
    [TestCase("?from=earliest", "", new[] { "e0", "e1", "e2", "e3", "e4" }, TestName = "Empty_header_falls_through_to_from")]
    [TestCase("?from={2}", null, new[] { "e2", "e3", "e4" }, TestName = "From_id_is_inclusive")]
    [TestCase("?from={0}", null, new[] { "e0", "e1", "e2", "e3", "e4" }, TestName = "From_the_first_id_gives_all")]
    [TestCase("?from={4}", null, new[] { "e4" }, TestName = "From_the_newest_id_gives_it")]
    [TestCase("?last=2", null, new[] { "e3", "e4" }, TestName = "Last_2_gives_two")]
    [TestCase("?last=5", null, new[] { "e0", "e1", "e2", "e3", "e4" }, TestName = "Last_5_gives_all")]
    [TestCase("?last=100", null, new[] { "e0", "e1", "e2", "e3", "e4" }, TestName = "Last_of_more_than_there_is_gives_all")]
    [TestCase("", "0-0", new[] { "e0", "e1", "e2", "e3", "e4" }, TestName = "Header_zero_gives_all")]
    [TestCase("?lastEventId=0-0", null, new[] { "e0", "e1", "e2", "e3", "e4" }, TestName = "Query_zero_gives_all")]
    [TestCase("", "{4}", new string[0], TestName = "The_newest_id_gives_nothing_old")]
    public async Task Start(string query, string? header, string[] expected)
    {
        TestServer server = await StartAsync();
        object[] ids = [.. await server.PublishManyAsync("news", Enumerable.Range(0, 5).Select(i => $"e{i}"))];
        StreamClient stream = await server.OpenAsync(
            "/events/news" + string.Format(query, ids), header is null ? null : string.Format(header, ids));
        await server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Data, Is.EqualTo(expected.Append("end")));
    }

    [TestCase("?from=earliest&last=2")]
    [TestCase("?from=0-1&last=2")]
    [TestCase("?from=earliest&from=0-1")]
    [TestCase("?last=1&last=2")]
    public async Task Two_of_from_and_last_are_400(string query)
    {
        TestServer server = await StartAsync();
        (await server.GetAsync("/events/news" + query)).MustBeError(400);
    }

    [TestCase("?last=x")]
    [TestCase("?last=-1")]
    public async Task A_last_that_is_no_count_is_400(string query)
    {
        TestServer server = await StartAsync();
        (await server.GetAsync("/events/news" + query)).MustBeError(400);
    }

    [TestCase("garbage")]
    [TestCase("1-2-3")]
    [TestCase("-1-0")]
    [TestCase("99999999999999999999999999-0")]
    [TestCase("1.5-0")]
    [TestCase("\"quoted\\\"")]
    [TestCase("é")]
    [TestCase("~,.")]
    public async Task An_id_that_cannot_be_read_is_a_gap_and_then_now_and_never_400(string id)
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("news", ["old", "new"]);
        StreamClient header = await server.OpenAsync("/events/news", id);
        StreamClient query = await server.OpenAsync("/events/news?lastEventId=" + Uri.EscapeDataString(id));
        StreamClient snake = await server.OpenAsync("/events/news?last_event_id=" + Uri.EscapeDataString(id));
        await server.PublishAsync("news", "end");
        foreach (StreamClient stream in new[] { header, query, snake })
        {
            await stream.WaitForDataAsync("end");
            Assert.That(stream.Events, Has.Count.EqualTo(2), "the gap and the event after it");
            Gap gap = stream.Gaps().Single();
            Assert.That(gap, Is.EqualTo(new Gap(ids[1], "news", "unknown", id, ids[0], ids[1])));
        }
    }

    [Test]
    public async Task A_very_long_last_event_id_is_a_gap_too()
    {
        TestServer server = await StartAsync();
        await server.PublishAsync("news", "old");
        StreamClient stream = await server.OpenAsync("/events/news", new string('9', 4000));
        await server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Gaps().Single().Reason, Is.EqualTo("unknown"));
        Assert.That(stream.Data, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task From_an_id_that_cannot_be_read_is_never_400()
    {
        TestServer server = await StartAsync();
        await server.PublishAsync("news", "old");
        StreamClient stream = await server.OpenAsync("/events/news?from=garbage");
        await server.PublishAsync("news", "end");
        await stream.WaitForDataAsync("end");
        Assert.That(stream.Gaps().Single().Reason, Is.EqualTo("unknown"));
        Assert.That(stream.Data, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task From_and_last_on_an_empty_channel_start_with_the_first_event()
    {
        TestServer server = await StartAsync();
        StreamClient[] streams =
        [
            await server.OpenAsync("/events/news?from=earliest"),
            await server.OpenAsync("/events/news?last=3"),
            await server.OpenAsync("/events/news", "0-0"),
        ];
        Assert.That(streams.Select(s => s.Position), Is.All.EqualTo("0-0"));
        string id = await server.PublishAsync("news", "first");
        foreach (StreamClient stream in streams)
        {
            await stream.WaitForEventsAsync(1);
            Assert.That(stream.Events.Single().Id, Is.EqualTo(id));
        }
    }

    [Test]
    public async Task Position_of_from_and_last_loses_nothing_when_cut_before_the_first_event()
    {
        TestServer server = await StartAsync();
        string[] ids = await server.PublishManyAsync("news", ["a", "b", "c"]);
        foreach (string query in new[] { "?from=earliest", $"?from={ids[1]}", "?last=2" })
        {
            StreamClient cut = await server.OpenAsync("/events/news" + query);
            await cut.WaitForDataAsync("c");
            StreamClient again = await server.OpenAsync("/events/news" + query, cut.Position);
            await again.WaitForDataAsync("c");
            // A false alarm is allowed here, a lost or repeated event is not.
            Assert.That(again.Events.Where(e => e.Type is null), Is.EqualTo(cut.Events), query);
        }
    }
}
