using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Contract §2, "Channel names".</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.BothStores))]
public sealed class ChannelNameTests(Platform platform) : TransportFixture(platform)
{
    [TestCase("news", "n%65ws")]
    [TestCase("a/b", "a%2Fb")]
    [TestCase("a/b", "a%2fb")]
    [TestCase("user:42", "user%3A42")]
    [TestCase("a/../b", "a%2F..%2Fb")]
    [TestCase("a//b", "a%2F/b")]
    [TestCase("./a", "%2E/a")]
    [TestCase("a+b", "a%2Bb")]
    [TestCase("%C3%A9", "%c3%a9")]
    [TestCase("a%3Fb%23c", "a%3fb%23c")]
    [TestCase("%F0%9F%98%80", "%F0%9F%98%80")]
    public async Task Two_spellings_name_one_channel(string one, string other)
    {
        TestServer server = await StartAsync();
        StreamClient[] streams =
        [
            await server.OpenAsync("/events/" + one),
            await server.OpenAsync("/events/" + other),
            await server.OpenAsync("/events?channel=" + other.Replace("+", "%2B", StringComparison.Ordinal)),
        ];
        (await server.PostAsync("/events/" + one, "1")).PublishedId();
        (await server.PostAsync("/events/" + other, "2")).PublishedId();
        foreach (StreamClient stream in streams)
        {
            await stream.WaitForEventsAsync(2);
            Assert.That(stream.Data, Is.EqualTo(new[] { "1", "2" }));
        }
    }

    [TestCase("news", "News")]
    [TestCase("a/b", "a/c/../b")]
    [TestCase("a", "a/")]
    [TestCase("a", "./a")]
    [TestCase("a/b", "a//b")]
    [TestCase("a+b", "a%20b")]
    [TestCase("%C3%A9", "e%CC%81")]
    [TestCase("%2541", "A")]
    public async Task Two_names_are_two_channels(string one, string other)
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/" + one);
        (await server.PostAsync("/events/" + other, "not mine")).PublishedId();
        (await server.PostAsync("/events/" + one, "mine")).PublishedId();
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Data, Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public async Task A_plus_is_a_space_in_queries_only()
    {
        TestServer server = await StartAsync();
        StreamClient query = await server.OpenAsync("/events?channel=a+b");
        StreamClient path = await server.OpenAsync("/events/a+b");
        (await server.PostAsync("/events/a%20b", "space")).PublishedId();
        (await server.PostAsync("/events/a%2Bb", "plus")).PublishedId();
        await query.WaitForEventsAsync(1);
        await path.WaitForEventsAsync(1);
        Assert.That(query.Data, Is.EqualTo(new[] { "space" }));
        Assert.That(path.Data, Is.EqualTo(new[] { "plus" }));
    }

    [TestCase("a%00b")]
    [TestCase("a%1Fb")]
    [TestCase("a%0Ab")]
    [TestCase("a%7Fb")]
    [TestCase("a%C2%80b")]
    [TestCase("a%C2%9Fb")]
    [TestCase("a%7Bb")]
    [TestCase("a%7Db")]
    [TestCase("%FF")]
    [TestCase("%C3")]
    [TestCase("%C0%AF")]
    [TestCase("%ED%A0%80")]
    [TestCase("%zz")]
    [TestCase("a%2")]
    [TestCase("a%")]
    public async Task A_name_that_may_not_be_is_400(string name)
    {
        TestServer server = await StartAsync();
        (await server.GetAsync("/events/" + name)).MustBeError(400);
        (await server.GetAsync("/events?channel=ok&channel=" + name)).MustBeError(400);
        (await server.PostAsync("/events/" + name, "x")).MustBeError(400);
    }

    [Test]
    public async Task A_name_has_at_most_200_bytes_after_decoding()
    {
        TestServer server = await StartAsync();
        string most = string.Concat(Enumerable.Repeat("é", 100));
        Assert.That(Encoding.UTF8.GetByteCount(most), Is.EqualTo(200));
        StreamClient stream = await server.OpenAsync("/events/" + Uri.EscapeDataString(most));
        await server.PublishAsync(most, "x");
        await stream.WaitForEventsAsync(1);
        foreach (string name in new[] { most + "x", new string('x', 201) })
        {
            string escaped = Uri.EscapeDataString(name);
            (await server.GetAsync("/events/" + escaped)).MustBeError(400);
            (await server.PostAsync("/events/" + escaped, "x")).MustBeError(400);
            (await server.GetAsync("/events?channel=" + escaped)).MustBeError(400);
        }
    }

    [Test]
    public async Task C1_bytes_are_refused_but_characters_after_them_are_not()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/%C2%A0%20%7E");
        await server.PublishAsync("\u00A0 ~", "x");
        await stream.WaitForEventsAsync(1);
    }
}
