using RawSse.Protocol.Ids;
using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests;

/// <summary>The smallest schedules that once went wrong.</summary>
internal sealed class ScenarioTests
{
    private readonly Random _random = new(1);

    [Test]
    public void A_known_page_that_begins_at_no_entry_does_not_end_another_replay()
    {
        using var node = new SimulatedNode(new RawSseOptions(), shards: 1, seed: 1);
        PublishTo(node, "news", 3);
        // Its page begins right before the second event, at an id that no event has.
        StartStream(node, 0, new StreamAsk(AskKind.At, node.Ledger.Of("news").IdAt(1).ToString()), "news").AtEnd();
        StartStream(node, 0, new StreamAsk(AskKind.Resume, node.Ledger.Of("news").IdAt(0).ToString()), "news").AtEnd();
    }

    [Test]
    public void A_position_stays_readable_while_another_channel_of_its_stream_is_attached_elsewhere()
    {
        using var node = new SimulatedNode(new RawSseOptions(), shards: 2, seed: 1, logBytes: 0);
        string here = node.NameOn(0, "a"), there = node.NameOn(1, "b");
        SimulatedSubscriber subscriber = New(node, 0, here, there);
        subscriber.Connect(new StreamAsk(AskKind.Now));
        subscriber.WriteSome(all: true);
        for (int i = 0; i < 3; i++)
            node.Step(0);
        // Here is attached, there is still being asked: what is published here meanwhile must not be trimmed.
        var publisher = new SimulatedPublisher(node, 0, [here], 1000, _random);
        for (int i = 0; i < 50; i++)
        {
            publisher.Publish();
            node.Step(0);
            node.Step(0);
        }
        node.Settle();
        subscriber.ComeBackForGood();
        node.Settle();
        subscriber.AtEnd();
    }

    [Test]
    public void A_replay_that_is_overtaken_by_trimming_says_so_and_goes_on_at_the_oldest()
    {
        using var node = new SimulatedNode(new RawSseOptions { MaxLength = 100 }, shards: 2, seed: 1);
        string channel = node.NameOn(0, "a");
        PublishTo(node, channel, 90);
        SimulatedSubscriber subscriber = New(node, 1, channel);
        subscriber.Connect(new StreamAsk(AskKind.Earliest));
        subscriber.WriteSome(all: true);
        node.Step(1);
        node.Step(1);
        node.Step(0);
        // It stands at the beginning and has not read; before it asks for its first page the beginning goes.
        PublishTo(node, channel, 300, onlyShard: 0);
        node.Settle();
        subscriber.ComeBackForGood();
        node.Settle();
        subscriber.AtEnd();
        subscriber.Cut();
        Assert.That(subscriber.Gaps, Is.EqualTo(1));
    }

    [Test]
    public void Whoever_comes_back_to_a_stream_that_began_anew_is_told_and_gets_nothing_twice()
    {
        using var node = new SimulatedNode(new RawSseOptions { Ttl = TimeSpan.FromSeconds(1), Linger = TimeSpan.Zero }, shards: 1, seed: 1);
        PublishTo(node, "news", 4);
        StartStream(node, 0, new StreamAsk(AskKind.Earliest), "news").AtEnd();
        EventId third = node.Ledger.Of("news").IdAt(2);
        node.Clock.Advance(1001);
        PublishTo(node, "news", 2);
        SimulatedSubscriber subscriber = StartStream(node, 0, new StreamAsk(AskKind.Resume, third.ToString()), "news");
        subscriber.AtEnd();
        subscriber.Cut();
        Assert.That((subscriber.Gaps, subscriber.Events), Is.EqualTo((1, 2)));
    }

    [Test]
    public void Whoever_joins_during_a_sweep_takes_nobodys_turn()
    {
        using var node = new SimulatedNode(new RawSseOptions(), shards: 1, seed: 1);
        // More than a slice of sends, so that the sweep is still under way when the next subscriber joins.
        SimulatedSubscriber[] crowd = [.. Enumerable.Range(0, 100).Select(_ => StartStream(node, 0, new StreamAsk(AskKind.Now), "news"))];
        SimulatedSubscriber late = New(node, 0, "news");
        late.Connect(new StreamAsk(AskKind.Now));
        node.Step(0);
        var publisher = new SimulatedPublisher(node, 0, ["news"], 1000, _random);
        publisher.Publish();
        while (!node.Node.Shards[0].Delivery.HasWork)
            node.Step(0);
        late.WriteSome(all: true);
        node.Step(0);
        node.Settle();
        foreach (SimulatedSubscriber subscriber in crowd)
            subscriber.AtEnd();
    }

    private SimulatedSubscriber New(SimulatedNode node, int shard, params string[] channels) => new(node, shard, channels, _random);

    private SimulatedSubscriber StartStream(SimulatedNode node, int shard, StreamAsk ask, string channel)
    {
        SimulatedSubscriber subscriber = New(node, shard, channel);
        subscriber.Connect(ask);
        subscriber.WriteSome(all: true);
        node.Settle();
        subscriber.ComeBackForGood();
        node.Settle();
        return subscriber;
    }

    private void PublishTo(SimulatedNode node, string channel, int count, int onlyShard = -1)
    {
        var publisher = new SimulatedPublisher(node, Math.Max(onlyShard, 0), [channel], 1000, _random);
        for (int i = 0; i < count; i++)
        {
            // Ids of their own milliseconds: right before one of them there is no other.
            node.Clock.Advance(1);
            publisher.Publish();
            if (onlyShard >= 0)
                node.Step(onlyShard);
            else
                node.Settle(2);
            publisher.Finish();
        }
    }
}
