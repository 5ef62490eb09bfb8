using RawSse.Protocol.Ids;
using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests;

/// <summary>The control of the simulation: its oracle complains as soon as a stream is not what was promised.</summary>
internal sealed class OracleTests
{
    private int _blocks;

    [Test]
    public void An_honest_path_satisfies_the_oracle() => Assert.That(() => RunWith(static block => [block]), Throws.Nothing);

    [Test]
    public void A_lost_event_is_noticed() => AssertNoticed(block => IsEvent(block) && ++_blocks == 5 ? [] : [block]);

    [Test]
    public void A_lost_last_event_is_noticed() => AssertNoticed(block => IsEvent(block) && ++_blocks >= 20 ? [] : [block]);

    [Test]
    public void A_repeated_event_is_noticed() => AssertNoticed(block => IsEvent(block) && ++_blocks == 5 ? [block, block] : [block]);

    [Test]
    public void Two_events_in_the_wrong_order_are_noticed()
    {
        SseBlock? held = null;
        AssertNoticed(block =>
        {
            if (IsEvent(block) && ++_blocks == 5)
            {
                held = block;
                return [];
            }
            SseBlock[] both = held is null ? [block] : [block, held];
            held = null;
            return both;
        });
    }

    [Test]
    public void A_changed_event_is_noticed() =>
        AssertNoticed(block => IsEvent(block) && ++_blocks == 5 ? [block with { Data = block.Data + "x" }] : [block]);

    [Test]
    public void A_gap_where_nothing_is_missing_is_noticed() =>
        AssertNoticed(block => IsEvent(block) && ++_blocks == 5
            ? [block, block with { Type = "rawsse.gap", Data = "{\"channel\":\"news\",\"reason\":\"trimmed\"}" }]
            : [block]);

    private static bool IsEvent(SseBlock block) => block.Data is not null;

    private void AssertNoticed(Func<SseBlock, IEnumerable<SseBlock>> tamper) =>
        Assert.That(() => RunWith(tamper), Throws.InstanceOf<OracleException>());

    /// <summary>Twenty events to one subscriber.</summary>
    private void RunWith(Func<SseBlock, IEnumerable<SseBlock>> tamper)
    {
        _blocks = 0;
        var random = new Random(7);
        using var node = new SimulatedNode(new RawSseOptions(), shards: 1, seed: 7);
        var subscriber = new SimulatedSubscriber(node, 0, ["news"], random) { Tamper = tamper };
        var publisher = new SimulatedPublisher(node, 0, ["news"], 4000, random);
        subscriber.Connect(new StreamAsk(AskKind.Now));
        subscriber.ComeBackForGood();
        node.Settle();
        for (int i = 0; i < 20; i++)
        {
            publisher.Publish();
            node.Settle(3);
            subscriber.Read();
        }
        Assert.That(node.Ledger.Of("news").Newest, Is.GreaterThan(EventId.Zero), "published");
        subscriber.AtEnd();
    }
}
