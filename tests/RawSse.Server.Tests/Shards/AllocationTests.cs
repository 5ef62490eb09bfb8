using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Hosting;
using RawSse.Server.Shards;
using RawSse.Server.Stores;
using RawSse.Server.Transport;

namespace RawSse.Server.Tests.Shards;

/// <summary>A delivery allocates nothing: a thousand subscribers over a transport that does nothing.</summary>
internal sealed class AllocationTests : IFeedClient
{
    private const int Subscribers = 1000;
    private const int Rounds = 50;

    int IFeedClient.Shard => 0;

    Mailbox? IFeedClient.Mailbox => null;

    [TestCase("/events/news")]
    [TestCase("/events?channel=news&channel=sport")]
    public void A_delivery_allocates_nothing(string target) => Assert.That(AllocatedBy(target, litters: false), Is.Zero);

    [TestCase("/events/news")]
    [TestCase("/events?channel=news&channel=sport")]
    public void Garbage_would_be_seen(string target) =>
        Assert.That(AllocatedBy(target, litters: true), Is.GreaterThanOrEqualTo(Rounds * Subscribers * 16));

    [TestCase(0)]
    [TestCase(64)]
    [TestCase(7)]
    public void A_batch_that_closes_some_leaves_a_stream_of_two_channels_its_place(int batchMax)
    {
        const int Singles = 9;
        bool fails = false;
        using var transport = new NullTransport([], Singles + 2)
        {
            BatchMax = batchMax,
            RequestOf = h => Encoding.ASCII.GetBytes(h == 0 ? "GET / HT" : h <= Singles
                ? "GET /events/news HTTP/1.1\r\nHost: test\r\n\r\n"
                : "GET /events?channel=news&channel=sport HTTP/1.1\r\nHost: test\r\n\r\n"),
            Fails = h => fails && h is > 0 and <= Singles,
        };
        Node node = MakeNode(new RawSseOptions { Shards = 1, Retry = TimeSpan.Zero }, transport);
        Shard shard = node.Shards[0];
        for (int i = 0; i < 100; i++)
            shard.Step(0);
        Assert.That(shard.Metrics.Streams, Is.EqualTo(Singles + 1));
        fails = true;
        Deliver(node, shard);
        Assert.That(shard.Metrics.Streams, Is.EqualTo(1));
        Assert.That(shard.Metrics.Deliveries, Is.EqualTo(1));
    }

    [Test]
    public void A_body_whose_publish_is_out_is_charged_no_longer_once_its_connection_is_gone()
    {
        using var transport = new NullTransport([], 1);
        Node node = MakeNode(new RawSseOptions { Shards = 1 }, transport);
        var pool = new RawSse.Server.Http.ExchangePool(node);
        RawSse.Server.Http.HttpExchange exchange = pool.Rent();
        exchange.Body.Write(new byte[100_000]);
        exchange.ChargeBody();
        exchange.IsPublishOut = true;
        pool.Return(exchange);
        exchange.IsPublishOut = false;
        Assert.That(node.Budget.UsedBy(MemoryKind.Request), Is.Zero);
    }

    LogReader IFeedClient.CreateReader(Channel channel) => throw new NotSupportedException();

    void IFeedClient.OnAttached(AttachRequest request) => throw new NotSupportedException();

    void IFeedClient.OnPage(PageRequest request) => throw new NotSupportedException();

    void IFeedClient.OnPublished(PublishRequest request)
    {
    }

    private long AllocatedBy(string target, bool litters)
    {
        byte[] request = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n");
        using var transport = new NullTransport(request, Subscribers);
        var options = new RawSseOptions { Shards = 1, Retry = TimeSpan.Zero };
        Node node = MakeNode(options, transport);
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
    private long Deliver(Node node, Shard shard)
    {
        var publish = new PublishRequest { Client = this };
        publish.Publish(node.Feeds[0], new NewEvent("news"u8, "tick"u8, "{\"price\":17.25}"u8), []);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            shard.Step(0);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static Node MakeNode(RawSseOptions options, ITransport transport)
    {
        var node = new Node
        {
            Limits = NodeBuilder.LimitsOf(options),
            Listeners = [new ListenerPolicy(IsAdmin: false, HasMetrics: true, HasConsole: true, MayPublish: true)],
            Budget = new MemoryBudget(long.MaxValue),
            Connections = new ConnectionLimits(Subscribers, 0),
            Clock = TimeProvider.System,
            Access = new OpenAccess(),
            Log = new NodeLog(NullLogger.Instance),
        };
        NodeBuilder.AddShards(node, options, 1, _ => transport);
        return node;
    }
}
