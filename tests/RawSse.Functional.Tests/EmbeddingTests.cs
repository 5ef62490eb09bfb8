using System.Net.Sockets;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>Issue 2, item 6: the server as a library.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneShard))]
public sealed class EmbeddingTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task Two_servers_in_one_process_do_not_know_each_other()
    {
        TestServer one = await StartAsync();
        TestServer two = await StartAsync();
        StreamClient stream = await one.OpenAsync("/events/news");
        await two.PublishAsync("news", "not mine");
        await one.PublishAsync("news", "mine");
        await stream.WaitForEventsAsync(1);
        Assert.That(stream.Data, Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public async Task Starting_on_an_address_in_use_throws_and_leaves_nothing_behind()
    {
        TestServer first = await StartAsync();
        Exception? thrown = null;
        try
        {
            await StartAsync(options =>
            {
                options.Listen.Clear();
                options.Listen.Add("127.0.0.1:0");
                options.Listen.Add(first.Endpoint.ToString());
            });
        }
        catch (Exception e) when (e is not AssertionException)
        {
            thrown = e;
        }
        Assert.That(thrown?.Message, Does.Contain(first.Endpoint.ToString()));
        await first.PublishAsync("news", "unharmed");
    }

    [Test]
    public async Task Options_out_of_bounds_throw_and_name_the_option()
    {
        Exception? thrown = null;
        try
        {
            await StartAsync(options => options.MaxLag = options.MaxEventBytes);
        }
        catch (Exception e) when (e is not AssertionException)
        {
            thrown = e;
        }
        Assert.That(thrown?.Message, Does.Contain("max-lag").IgnoreCase.Or.Contain("MaxLag"));
    }

    [Test]
    public async Task Starts_and_stops_many_times_on_the_same_port()
    {
        TestServer first = await StartAsync();
        int port = first.Endpoint.Port;
        await first.DisposeAsync();
        for (int round = 0; round < 10; round++)
        {
            TestServer server = await StartAsync(options => options.Listen[0] = $"127.0.0.1:{port}");
            StreamClient stream = await server.OpenAsync("/events/news");
            await server.PublishAsync("news", "x");
            await stream.WaitForDataAsync("x");
            await server.DisposeAsync();
        }
    }

    [Test]
    public async Task Publishing_in_process_from_many_threads_keeps_one_order()
    {
        TestServer server = await StartAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i =>
            Task.Run(async () => await server.Server.PublishAsync("news", $"{i}"))));
        await stream.WaitForEventsAsync(ids.Length);
        Assert.That(stream.Events.Select(e => e.Id), Is.EqualTo(ids.OrderBy(EventId.Parse)));
        Assert.That(stream.Events.Select(e => ids[int.Parse(e.Text)]), Is.EqualTo(stream.Events.Select(e => e.Id)));
    }

    [Test]
    public async Task Disposing_twice_is_harmless_and_waits_for_nobody()
    {
        TestServer server = await StartAsync();
        RawClient idle = await server.ConnectAsync();
        StreamClient stream = await server.OpenAsync("/events/news");
        await server.Server.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
        await server.Server.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
        await stream.EndAsync();
        try
        {
            Assert.That(await idle.ReadToEndAsync(), Is.Empty);
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
    }
}
