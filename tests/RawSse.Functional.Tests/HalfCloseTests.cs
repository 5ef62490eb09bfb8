using System.Text;
using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests;

/// <summary>A client that sends no more is answered once for each of its requests, and its connection ends.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class HalfCloseTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task A_fin_right_behind_the_last_byte_loses_no_answer([Values(1, 2, 500)] int requests)
    {
        TestServer server = await StartAsync();
        byte[] all = [.. Enumerable.Range(0, requests).SelectMany(i => Request.Post("/events/news", $"{i}"))];
        for (int time = 0; time < 20; time++)
        {
            using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
            // With the last bytes, or in a segment of its own that comes while they are read.
            await client.SendAsync(all);
            if (time % 2 == 1) await Task.Yield();
            client.ShutdownSend();
            await AssertAnsweredAsync(client, requests);
        }
        Assert.That((await server.MetricsAsync())["rawsse_events_total"], Is.EqualTo(20 * requests));
    }

    [Test]
    public async Task A_fin_while_the_answers_fill_every_buffer_loses_none_of_them([Values] bool isLate)
    {
        const int Requests = 2000;
        TestServer server = await StartAsync();
        byte[] page = (await server.GetAsync("/")).Body;
        using RawClient client = await RawClient.ConnectAsync(server.Endpoint, receiveBuffer: 4096);
        byte[] all = [.. Enumerable.Range(0, Requests).SelectMany(_ => Request.Get("/"))];
        Task sent = client.SendAsync(all);
        if (!isLate) await FinishAsync();
        // Its answers are tens of megabytes: the server has long been held back.
        for (int i = 0; i < Requests; i++)
        {
            HttpReply reply = await client.ReadReplyAsync();
            Assert.That(reply.Body, Is.EqualTo(page), $"answer {i}");
            if (isLate && i == Requests / 2) await FinishAsync();
        }
        Assert.That(await client.ReadToEndAsync(), Is.Empty);

        async Task FinishAsync()
        {
            await sent;
            client.ShutdownSend();
        }
    }

    [Test]
    public async Task A_fin_that_comes_once_all_is_answered_ends_the_connection([Values] bool isTorn)
    {
        TestServer server = await StartAsync();
        for (int time = 0; time < 20; time++)
        {
            using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
            byte[] request = Request.Post("/events/news", "x");
            await client.SendTornAsync(request, isTorn ? [10, request.Length - 1] : []);
            Assert.That((await client.ReadReplyAsync()).Status, Is.EqualTo(200));
            client.ShutdownSend();
            Assert.That(await client.ReadToEndAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task A_fin_in_the_middle_of_a_request_ends_the_connection([Values(1, 30, 80)] int bytes)
    {
        TestServer server = await StartAsync();
        using RawClient client = await RawClient.ConnectAsync(server.Endpoint);
        await client.SendAsync(Request.Post("/events/news", new string('x', 100)).AsMemory(0, bytes));
        client.ShutdownSend();
        await client.ReadToEndAsync();
        Assert.That((await server.MetricsAsync())["rawsse_events_total"], Is.Zero);
    }

    private static async Task AssertAnsweredAsync(RawClient client, int requests)
    {
        string[] answers = Encoding.UTF8.GetString(await client.ReadToEndAsync()).Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(answers, Has.Length.EqualTo(requests).And.All.StartsWith("200 OK\r\n"));
    }
}
