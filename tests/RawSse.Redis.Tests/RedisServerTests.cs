using RawSse.Redis.Tests.Support;

// Most of a scenario's time is waiting, and each has servers of its own.
[assembly: LevelOfParallelism(2)]

namespace RawSse.Redis.Tests;

/// <summary>The Redis servers that the tests start do what the tests take for granted.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class RedisServerTests
{
    [Test]
    public async Task A_killed_server_comes_back_on_its_port_with_what_its_append_only_file_holds()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        string id = (await redis.AskAsync("XADD", "sse:news", "*", "data", "1")).Text;
        await redis.KillAsync();
        await redis.RestartAsync();
        RespReply entries = await redis.AskAsync("XRANGE", "sse:news", "-", "+");
        Assert.That(entries.Items, Has.Length.EqualTo(1));
        Assert.That(entries[0][0].Text, Is.EqualTo(id));
    }

    [Test]
    public async Task A_stopped_server_answers_nothing_until_it_is_continued()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using RespClient client = await redis.ConnectAsync();
        redis.Stop();
        Task<RespReply> ping = client.TryAsync("PING");
        Assert.That(await Task.WhenAny(ping, Task.Delay(200)), Is.Not.SameAs(ping));
        redis.Continue();
        Assert.That((await ping).Text, Is.EqualTo("PONG"));
    }

    [Test]
    public async Task A_subscriber_gets_messages()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        using RespClient subscriber = await redis.ConnectAsync();
        await subscriber.AskAsync("SUBSCRIBE", "sse:channel:news");
        Assert.That((await redis.AskAsync("PUBLISH", "sse:channel:news", "hello")).Number, Is.EqualTo(1));
        RespReply message = await subscriber.ReadAsync();
        Assert.That(message.Items!.Select(i => i.Text), Is.EqualTo(new[] { "message", "sse:channel:news", "hello" }));
    }
}
