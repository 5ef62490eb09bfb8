using System.Text;
using RawSse.Server.Hosting;
using RawSse.Server.Shards;

namespace RawSse.Server.Tests.Shards;

/// <summary>Sends of a sweep that leave together, and what closing some of their subscribers does to the others' places.</summary>
public sealed class SweepBatchTests
{
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
            RequestOf = handle => Encoding.ASCII.GetBytes(handle == 0 ? "GET / HT" : handle <= Singles
                ? "GET /events/news HTTP/1.1\r\nHost: test\r\n\r\n"
                : "GET /events?channel=news&channel=sport HTTP/1.1\r\nHost: test\r\n\r\n"),
            Fails = handle => fails && handle is > 0 and <= Singles,
        };
        Node node = NullNode.Make(new RawSseOptions { Shards = 1, Retry = TimeSpan.Zero }, transport);
        Shard shard = node.Shards[0];
        for (int i = 0; i < 100; i++)
            shard.Step(0);
        Assert.That(shard.Metrics.Streams, Is.EqualTo(Singles + 1));
        fails = true;
        NullNode.Publish(node);
        for (int i = 0; i < 20; i++)
            shard.Step(0);
        Assert.That(shard.Metrics.Streams, Is.EqualTo(1));
        Assert.That(shard.Metrics.Deliveries, Is.EqualTo(1));
    }
}
