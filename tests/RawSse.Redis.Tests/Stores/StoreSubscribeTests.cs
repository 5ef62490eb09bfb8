using System.Globalization;
using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores;
using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>Channels are opened, announced and closed.</summary>
internal sealed class StoreSubscribeTests : StoreTest
{
    [Test]
    public void A_channel_without_a_stream_opens_at_zero() => Assert.That(Shard.Open("news"), Is.EqualTo(EventId.Zero));

    [Test]
    public void A_channel_opens_at_the_last_id_given_also_when_that_entry_is_gone()
    {
        Ask("XADD", "sse:news", "5-1", "data", "a");
        Ask("XADD", "sse:news", "6-0", "data", "b");
        Ask("XDEL", "sse:news", "6-0");
        Assert.That(Shard.Open("news"), Is.EqualTo(new EventId(6, 0)));
    }

    [Test]
    public void A_key_that_is_no_stream_opens_at_zero()
    {
        Ask("SET", "sse:news", "x");
        Assert.That(Shard.Open("news"), Is.EqualTo(EventId.Zero));
    }

    [Test]
    public void A_publish_rings_its_own_doorbell_before_it_is_answered_and_the_message_rings_again()
    {
        Shard.Open("news");
        object request = Shard.BeginAppend("news", "hello\nworld", "update");
        Node.Until(() => Client.Rung.Count > 0, "a doorbell");
        AppendResult result = Shard.Await<AppendResult>(request);
        var rung = new Rung("news", result.Id, EventId.Zero, "update", "hello\nworld");
        Node.Until(() => Client.Rung.Count == 2, "the message");
        Assert.That(Client.Rung, Is.EqualTo(new[] { rung, rung }));
        EventId second = Shard.Add("news", "2");
        Assert.That(Client.Rung[2], Is.EqualTo(new Rung("news", second, result.Id, "", "2")));
    }

    [Test]
    public void A_message_that_is_no_chained_event_is_a_bell()
    {
        Shard.Open("news");
        foreach (string payload in new[] { "", "x", "{}", """{"id":"5-1","type":"","data":"a"}""", EventOf("5-1", "5-0", new string('x', 300_000)), EventOf("5-1", "5-0", new string('x', 10 << 20)), new string('[', 1 << 20) })
        {
            Client.Rung.Clear();
            Ask("PUBLISH", "sse:channel:news", payload);
            Node.Until(() => Client.Rung.Count == 1, "a bell");
            Assert.That(Client.Rung[0], Is.EqualTo(new Rung("news")));
        }
    }

    [Test]
    public void A_closed_channel_is_announced_no_more_and_can_be_opened_again()
    {
        Shard.Open("news");
        Shard.Open("sport");
        Shard.Close("news");
        Assert.That(Shard.Open("other"), Is.EqualTo(EventId.Zero), "a turn has passed");
        Assert.That(Ask("PUBLISH", "sse:channel:news", "x").Number, Is.Zero);
        Shard.Open("news");
        Ask("PUBLISH", "sse:channel:news", "x");
        Node.Until(() => Client.Rung.Count == 1, "a bell");
    }

    [Test]
    public void Closing_and_opening_in_one_turn_and_while_opening_ends_subscribed()
    {
        Shard.Begin("news");
        Shard.Close("news");
        Shard.Begin("news");
        Node.Step();
        Shard.Close("news");
        Shard.Begin("news");
        Shard.Begin("gone");
        Shard.Close("gone");
        Node.Until(() => Client.Opened.Count == 1, "the channel to be opened");
        Shard.Open("last");
        Assert.That(Client.Opened.Select(o => o.Channel), Is.EqualTo(new[] { "news", "last" }));
        Assert.That(Ask("PUBSUB", "NUMSUB", "sse:channel:news", "sse:channel:gone").Items![1].Number, Is.EqualTo(1));
        Assert.That(Ask("PUBSUB", "NUMSUB", "sse:channel:gone").Items![1].Number, Is.Zero);
        Ask("PUBLISH", "sse:channel:news", "x");
        Node.Until(() => Client.Rung.Count == 1, "a bell");
    }

    [Test]
    public void Thousands_of_channels_are_subscribed_in_batches()
    {
        for (int i = 0; i < 12_000; i++) Shard.Begin($"user:{i}");
        Node.Until(() => Client.Opened.Count == 12_000, "all channels to be opened");
        Assert.That(Ask("PUBSUB", "CHANNELS", "sse:channel:user:*").Items, Has.Length.EqualTo(12_000));
        Assert.That(Subscribes(), Is.LessThanOrEqualTo(60));
    }

    [Test]
    public void What_comes_while_a_channel_is_being_opened_is_told_by_a_bell_at_least()
    {
        // A publisher beside: whatever is not in the last id must be rung.
        using var stop = new CancellationTokenSource();
        Task publishing = Task.Run(async () =>
        {
            using RespClient publisher = await Redis.ConnectAsync();
            while (!stop.IsCancellationRequested)
            {
                for (int i = 0; i < 20; i++) await publisher.AskAsync("EVAL", "redis.call('XADD', KEYS[1], '*', 'data', 'x') return redis.call('PUBLISH', KEYS[2], 'x')", 2, $"sse:c{i}", $"sse:channel:c{i}");
            }
        });
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 20; i++) Shard.Begin($"c{i}");
            Node.Until(() => Client.Opened.Count == 20 * (round + 1), "all to be opened");
            for (int i = 0; i < 20; i++) Shard.Close($"c{i}");
        }
        Client.Opened.Clear();
        Client.Rung.Clear();
        for (int i = 0; i < 20; i++) Shard.Begin($"c{i}");
        Node.Until(() => Client.Opened.Count == 20, "all to be opened");
        stop.Cancel();
        Node.Await(publishing);
        foreach ((string channel, EventId lastId) in Client.Opened)
        {
            if (!Shard.Verify(channel, lastId)) Node.Until(() => Client.Rung.Any(rung => rung.Channel == channel), $"{channel} to be rung");
        }
    }

    [Test]
    public void Messages_leave_no_garbage()
    {
        const int Count = 20_000;
        for (int i = 0; i < 10; i++) Shard.Open($"c{i}");
        Client.OnlyCounts = true;
        string data = string.Concat(Enumerable.Repeat("""{\"price\":1.25,\"text\":\"a\\nb\"}""", 3));
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            int before = Client.Announced;
            Ask("EVAL", $$"""
                for i = 1, {{Count}} do
                  redis.call('PUBLISH', 'sse:channel:c' .. i % 10, '{"id":"' .. i .. '-1","prev":"' .. i .. '-0","type":"update","data":"' .. ARGV[1] .. '"}')
                end
                """, 0, data);
            // Whatever grows has grown in the first rounds.
            allocated = GC.GetAllocatedBytesForCurrentThread();
            while (Client.Announced - before < Count) Node.Step();
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }
        Assert.That(Client.Chained, Is.EqualTo(3 * Count));
        TestContext.Out.WriteLine($"{(double)allocated / Count} B a message");
        Assert.That((double)allocated / Count, Is.LessThan(1));
    }

    private int Subscribes()
    {
        string line = Ask("INFO", "commandstats").Text.Split("\r\n").First(line => line.StartsWith("cmdstat_subscribe:", StringComparison.Ordinal));
        return int.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture);
    }
}
