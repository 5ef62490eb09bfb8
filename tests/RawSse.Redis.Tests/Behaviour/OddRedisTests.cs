using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>Servers that are set up as ours would rather not have them: what must be warned about, and what must work all the same.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OddRedisTests : RedisTest
{
    [Test]
    public async Task A_policy_that_evicts_is_warned_about()
    {
        await Redis.AskAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        await LogsAsync(await StartNodeAsync(), "maxmemory-policy");
    }

    [Test]
    public async Task A_small_output_buffer_for_subscribers_is_warned_about()
    {
        await Redis.AskAsync("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32kb 0 0");
        await LogsAsync(await StartNodeAsync(), "client-output-buffer-limit");
    }

    [Test]
    public async Task An_ordinary_server_is_not_warned_about()
    {
        NodeProcess node = await StartNodeAsync();
        await WorksAsync(node);
        Assert.That(node.Log, Does.Not.Contain("warn:"));
    }

    [Test]
    public async Task A_server_that_forbids_CONFIG_and_INFO_serves()
    {
        RedisServerProcess redis = Own(await RedisServerProcess.StartAsync("--rename-command", "CONFIG", "", "--rename-command", "INFO", ""));
        await WorksAsync(await StartNodeAsync("--redis", redis.Url));
    }

    [Test]
    public async Task A_server_that_knows_no_RESP3_serves()
    {
        RedisServerProcess redis = Own(await RedisServerProcess.StartAsync("--rename-command", "HELLO", ""));
        await WorksAsync(await StartNodeAsync("--redis", redis.Url));
    }

    [Test]
    public async Task A_user_and_password_of_the_URL_are_used()
    {
        await Redis.AskAsync("ACL", "SETUSER", "sse", "on", ">p@ss/wörd", "~sse*", "&sse*", "+@all", "-@admin");
        await WorksAsync(await StartNodeAsync("--redis", $"redis://sse:{Uri.EscapeDataString("p@ss/wörd")}@{Redis.Endpoint}"));
    }

    [Test]
    public async Task A_node_that_Redis_refuses_is_not_ready_and_says_why()
    {
        await Redis.AskAsync("ACL", "SETUSER", "sse", "on", ">right", "~sse*", "&sse*", "+@all");
        NodeProcess wrong = Own(NodeProcess.Launch("--redis", $"redis://sse:wrong@{Redis.Endpoint}"));
        await wrong.NotReadyAsync();
        await LogsAsync(wrong, "WRONGPASS");
        Assert.That(wrong.Log, Does.Not.Contain("sse:wrong@"), "a password is not logged");
    }

    [Test]
    public async Task A_node_whose_pattern_Redis_refuses_is_not_ready_until_it_may_subscribe_it()
    {
        await Redis.AskAsync("ACL", "SETUSER", "sse", "on", ">right", "~sse*", "&sse:channel:news", "+@all");
        NodeProcess node = Own(NodeProcess.Launch(
            "--redis", $"redis://sse:right@{Redis.Endpoint}", "--subscribe", "pattern:user:*", "--audit", "500ms"));
        await LogsAsync(node, "NOPERM");
        await node.NotReadyAsync();
        await Redis.AskAsync("ACL", "SETUSER", "sse", "&sse:channel:user:*");
        await node.ReadyAsync();
        await WorksAsync(node);
    }

    [Test]
    public async Task A_channel_that_a_user_may_not_subscribe_is_refused_and_takes_no_other_with_it()
    {
        await Redis.AskAsync("ACL", "SETUSER", "sse", "on", ">right", "~sse*", "&sse:channel:news", "&sse:channel:more", "+@all");
        // One shard: all of its channels are asked for together after each loss.
        NodeProcess node = await StartNodeAsync("--redis", $"redis://sse:right@{Redis.Endpoint}", "--shards", "1");
        StreamClient before = await OpenAsync(node, "/events/news");
        using RawClient forbidden = await RawClient.ConnectAsync(node.Endpoint);
        Task<HttpReply> reply = forbidden.AskAsync(Request.Get("/events/secret"));
        StreamClient beside = await OpenAsync(node, "/events/more");
        await Redis.AskAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await PublishAsync(node, "more", "1");
        await beside.WaitForDataAsync("1");
        await node.ReadyAsync();
        await PublishAsync(node, "news", "2");
        await before.WaitForDataAsync("2");
        // Whoever asked for it is told to come again, and not kept waiting for ever.
        Assert.That((await reply).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task A_full_server_refuses_publishes_and_takes_them_again_when_it_has_room()
    {
        NodeProcess node = await StartNodeAsync();
        await WorksAsync(node);
        await Redis.AskAsync("CONFIG", "SET", "maxmemory", "1mb");
        using (Publisher publisher = await Publisher.ConnectAsync(node.Endpoint))
            (await publisher.PostAsync("/events/news", "no room")).MustBeError(503);
        await Redis.AskAsync("CONFIG", "SET", "maxmemory", "0");
        await WorksAsync(node);
        Assert.That((await Redis.AskAsync("XRANGE", "sse:news", "-", "+")).Items!.Select(e => e[1][3].Text), Has.None.EqualTo("no room"));
    }

    [Test]
    public async Task A_key_that_is_no_stream_refuses_its_channel_and_no_other()
    {
        NodeProcess node = await StartNodeAsync();
        await Redis.AskAsync("SET", "sse:bad", "1");
        using (Publisher publisher = await Publisher.ConnectAsync(node.Endpoint))
            Assert.That((await publisher.PostAsync("/events/bad", "1")).Status, Is.InRange(500, 503));
        using (RawClient client = await RawClient.ConnectAsync(node.Endpoint))
            Assert.That((await client.AskAsync(Request.Get("/events/bad", "Last-Event-ID: 1-0"))).Status, Is.AnyOf(200, 503));
        await WorksAsync(node);
        await Redis.AskAsync("DEL", "sse:bad");
        Assert.That(await PublishAsync(node, "bad", "2"), Is.Not.Empty);
    }

    private async Task WorksAsync(NodeProcess node)
    {
        StreamClient stream = await OpenAsync(node, "/events/news");
        await PublishAsync(node, "news", "hello");
        await stream.WaitForDataAsync("hello");
    }

    private static Task LogsAsync(NodeProcess node, string text) =>
        Patience.UntilAsync(() => Task.FromResult(node.Log.Contains(text, StringComparison.Ordinal)), $"«{text}» in the log: {node.Log}");
}
