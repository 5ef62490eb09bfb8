using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Behaviour;

/// <summary>Contract §1, <c>--publish-replicas</c>: a publish is confirmed when so many replicas have it, and not before.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReplicaTests : RedisTest
{
    private const string Once = "Idempotency-Key: once";

    [Test]
    public async Task A_publish_is_confirmed_when_a_replica_has_it()
    {
        RedisServerProcess replica = Own(await Redis.StartReplicaAsync());
        NodeProcess node = await StartNodeAsync("--publish-replicas", "1");
        string id = await PublishAsync(node, "news", "1");
        Assert.That((await replica.AskAsync("XRANGE", "sse:news", "-", "+"))[0][0].Text, Is.EqualTo(id));
    }

    [Test]
    public async Task Without_a_replica_no_publish_is_confirmed_and_it_is_when_repeated_once_there_is_one()
    {
        NodeProcess node = await StartNodeAsync("--publish-replicas", "1");
        await AssertUnconfirmedAsync(node);
        RedisServerProcess replica = Own(await Redis.StartReplicaAsync());
        string id = "";
        // The master counts a replica from its first acknowledgement on.
        await Patience.UntilAsync(async () =>
        {
            HttpReply reply = await PostOnceAsync(node);
            if (reply.Status == 200) id = reply.PublishedId();
            return reply.Status == 200;
        }, "the publish to be confirmed");
        Assert.That((await replica.AskAsync("XRANGE", "sse:news", "-", "+")).Items!.Select(e => e[0].Text), Is.EqualTo(new[] { id }));
    }

    /// <summary>WAIT asks about what its own connection wrote: on another one it must not say that an older entry is safe.</summary>
    [Test]
    public async Task A_repeated_publish_is_not_confirmed_by_another_node_either_while_the_replica_has_not_got_it()
    {
        RedisServerProcess replica = Own(await Redis.StartReplicaAsync());
        NodeProcess[] nodes = [await StartNodeAsync("--publish-replicas", "1"), await StartNodeAsync("--publish-replicas", "1")];
        replica.Stop();
        try
        {
            await AssertUnconfirmedAsync(nodes[0]);
            await AssertUnconfirmedAsync(nodes[0]);
            await AssertUnconfirmedAsync(nodes[1]);
        }
        finally
        {
            replica.Continue();
        }
        await Patience.UntilAsync(async () => (await PostOnceAsync(nodes[1])).Status == 200, "the publish to be confirmed");
        Assert.That((await replica.AskAsync("XLEN", "sse:news")).Number, Is.EqualTo(1));
    }

    private static async Task AssertUnconfirmedAsync(NodeProcess node)
    {
        HttpReply reply = (await PostOnceAsync(node)).MustBeError(503);
        Assert.That(reply.Json.GetProperty("error").GetString(), Is.EqualTo("unconfirmed"));
    }

    private static async Task<HttpReply> PostOnceAsync(NodeProcess node)
    {
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        return await publisher.PostAsync("/events/news", "once", Once);
    }
}
