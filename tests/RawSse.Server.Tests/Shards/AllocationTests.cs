using System.Text;
using RawSse.Server.Hosting;
using RawSse.Server.Shards;

namespace RawSse.Server.Tests.Shards;

/// <summary>A delivery allocates nothing: a thousand subscribers over a transport that does nothing.</summary>
public sealed class AllocationTests
{
    private const int Subscribers = 1000;
    private const int Rounds = 50;

    [TestCase("/events/news")]
    [TestCase("/events?channel=news&channel=sport")]
    public void A_delivery_allocates_nothing(string target) => Assert.That(AllocatedBy(target, litters: false), Is.Zero);

    [TestCase("/events/news")]
    [TestCase("/events?channel=news&channel=sport")]
    public void Garbage_would_be_seen(string target) =>
        Assert.That(AllocatedBy(target, litters: true), Is.GreaterThanOrEqualTo(Rounds * Subscribers * 16));

    private static long AllocatedBy(string target, bool litters)
    {
        byte[] request = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n");
        using var transport = new NullTransport(request, Subscribers);
        var options = new RawSseOptions { Shards = 1, Retry = TimeSpan.Zero };
        Node node = NullNode.Make(options, transport);
        Shard shard = node.Shards[0];
        for (int i = 0; i < 200; i++)
            shard.Step(0);
        Assert.That(shard.Metrics.Streams, Is.EqualTo(Subscribers));
        // Warm-up: buffers grow, code is compiled.
        for (int round = 0; round < 10; round++)
            Deliver(node, shard);
        transport.Litters = litters;
        long before = shard.Metrics.Deliveries;
        long allocated = 0;
        for (int round = 0; round < Rounds; round++)
            allocated += Deliver(node, shard);
        Assert.That(shard.Metrics.Deliveries - before, Is.EqualTo(Rounds * Subscribers));
        shard.CloseAll(CloseReason.Shutdown);
        node.Feeds[0].Dispose();
        Assert.That(node.Budget.Used, Is.Zero);
        return allocated;
    }

    /// <summary>Publishes one event and counts what its deliveries allocate.</summary>
    private static long Deliver(Node node, Shard shard)
    {
        NullNode.Publish(node);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            shard.Step(0);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
