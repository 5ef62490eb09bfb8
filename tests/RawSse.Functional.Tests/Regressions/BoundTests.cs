using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests.Regressions;

/// <summary>What a client could once take without end.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class BoundTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task Bodies_that_never_end_take_a_bounded_part_of_memory()
    {
        TestServer server = await StartAsync(options => options.Memory = 16 << 20);
        byte[] unfinished = Encoding.ASCII.GetBytes(
            "POST /events/news HTTP/1.1\r\nHost: test\r\nContent-Length: 250000\r\n\r\n" + new string('x', 240_000));
        var clients = new List<RawClient>();
        var replies = new List<Task<HttpReply>>();
        for (int i = 0; i < 24; i++)
        {
            RawClient client = await server.ConnectAsync();
            await client.SendAsync(unfinished);
            clients.Add(client);
            replies.Add(client.ReadReplyAsync());
        }
        HttpReply refused = await await Task.WhenAny(replies);
        Assert.That((refused.Status, refused.Json.GetProperty("error").GetString()), Is.EqualTo((503, "busy")));
        foreach (RawClient client in clients)
            client.Reset();
        await Patience.UntilAsync(async () => (await server.PostAsync("/events/news", "room again")).Status == 200, "room again");
    }

    [Test]
    public async Task A_line_that_never_ends_times_out_however_often_a_byte_of_it_comes()
    {
        var clock = new ManualClock();
        TestServer server = await StartAsync(clock: clock);
        RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /events HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n");
        Task<HttpReply> reply = client.ReadReplyAsync();
        for (int i = 0; i < 20 && !reply.IsCompleted; i++)
        {
            await client.SendAsync(" ");
            clock.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(reply, Task.Delay(150));
        }
        Assert.That((await reply).Status, Is.EqualTo(408));
    }

    [Test]
    public async Task The_admin_listener_answers_when_the_public_ones_are_full()
    {
        TestServer server = await StartAsync(options =>
        {
            options.MaxConnections = 1;
            options.AdminListen = "127.0.0.1:0";
        });
        for (int i = 0; i < 1 + 64; i++)
            await server.ConnectAsync();
        await Patience.UntilAsync(
            async () => (await server.GetAsync("/readyz", server.Server.AdminEndpoint)).Status == 503, "the node is full");
        Assert.That((await server.GetAsync("/healthz", server.Server.AdminEndpoint)).Status, Is.EqualTo(200));
    }
}
