using RawSse.Protocol.Ids;
using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>The smallest schedules that once went wrong when the store lost what it had announced.</summary>
internal sealed class LossScenarioTests : RemoteScenario
{
    [Test]
    public void A_client_that_is_ahead_of_the_log_is_told_when_the_store_loses_what_it_has()
    {
        Begin();
        Redis.Publish("news");
        SimulatedSubscriber inLog = Start(AskKind.Now);
        Redis.Save();
        Redis.Add("news");
        Redis.Add("news");
        SimulatedSubscriber ahead = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        while (ahead.Events < 3)
        {
            Deployment.Turn();
            ahead.Read();
        }
        Deployment.Restart(rollsBack: true);
        Deployment.Settle();
        Redis.Publish("news");
        AssertAtEnd(inLog, gaps: 0);
        AssertAtEnd(ahead, gaps: 1);
    }

    [Test]
    public void Doorbells_that_were_held_when_the_store_lost_their_events_are_let_go()
    {
        Begin();
        Redis.Publish("news");
        SimulatedSubscriber subscriber = Start(AskKind.Now);
        Redis.Save();
        Redis.Ring(new Doorbell("news", default, default, [], null));
        DeliverDoorbells();
        Redis.Publish("news");
        DeliverDoorbells();
        Deployment.Restart(rollsBack: true);
        Deployment.Settle();
        Redis.Publish("news");
        AssertAtEnd(subscriber, gaps: 0);
        Assert.That(subscriber.Events, Is.EqualTo(1));
    }

    [Test]
    public void A_store_that_loses_events_without_a_word_is_noticed_at_the_next_read()
    {
        Begin();
        Redis.Publish("news");
        SimulatedSubscriber subscriber = Start(AskKind.Now);
        Redis.Save();
        Redis.Publish("news");
        Redis.Publish("news");
        Deployment.Settle();
        Redis.Switch();
        Redis.Publish("news");
        AssertAtEnd(subscriber, gaps: 1);
        Assert.That(subscriber.Events, Is.EqualTo(3));
    }

    [Test]
    public void A_gap_is_not_forgotten_while_its_stream_waits_for_the_log()
    {
        Begin(manners: new StoreManners { AsksTwice = true });
        Redis.Publish("news");
        EventId first = Redis.Of("news").Greatest;
        Redis.Publish("news");
        Redis.Publish("news");
        SimulatedSubscriber inLog = Start(AskKind.Now);
        SimulatedSubscriber behind = Deployment.Start(Node, new StreamAsk(AskKind.Resume, first.ToString()), "news");
        // It is placed, and its page is asked for.
        do
        {
            Node.Settle(1);
            Commands.NodeTurn();
            behind.Read();
            if (Commands.Pending > 0 && !behind.IsPlaced)
                Commands.ServerTurn();
        }
        while (!behind.IsPlaced);
        Redis.Delete("news");
        Commands.ServerTurn();
        Redis.Add("news");
        AssertAtEnd(behind, gaps: 1);
        AssertAtEnd(inLog, gaps: 1);
    }

    [Test]
    public void Nobody_is_placed_in_a_log_that_may_hold_what_the_store_lost()
    {
        Begin(nodes: 2);
        Redis.Publish("news");
        SimulatedSubscriber stays = Start(AskKind.Now);
        SimulatedSubscriber moves = Deployment.Start(Deployment.Nodes[1], new StreamAsk(AskKind.Now), "news");
        Deployment.Settle();
        Redis.Save();
        Redis.Publish("news");
        Redis.Publish("news");
        Deployment.Settle();
        // Only the other node hears of the last one.
        Doorbells.Subscriptions.Clear();
        Redis.Publish("news");
        Deployment.Settle();
        moves.Read();
        moves.Cut();
        moves.MoveTo(Node, 0);
        Deployment.Setting.Manners.Errors = 100;
        Deployment.Restart(rollsBack: true);
        Deployment.Settle();
        Deployment.Setting.Manners.Errors = 0;
        moves.ComeBackForGood();
        Deployment.Settle();
        Redis.Publish("news");
        AssertAtEnd(moves, gaps: 1);
        AssertAtEnd(stays, gaps: 1);
    }

    [Test]
    public void Whoever_is_blocked_right_before_a_gap_and_leaves_the_log_is_told_of_it()
    {
        Begin(new RawSseOptions { MaxEventBytes = 1000, MaxLag = 2000, Retry = TimeSpan.Zero, Heartbeat = TimeSpan.Zero });
        Redis.Publish("news");
        SimulatedSubscriber subscriber = Start(AskKind.Now);
        Redis.Save();
        Redis.Publish("news");
        Deployment.Settle();
        subscriber.Read();
        subscriber.Block();
        Deployment.Restart(rollsBack: true);
        Deployment.Settle();
        for (int i = 0; i < 100; i++)
            Redis.Publish("news");
        Deployment.Settle();
        Assert.That(Node.Node.Shards[0].Metrics.LeftLog, Is.EqualTo(1));
        subscriber.ComeBackForGood();
        AssertAtEnd(subscriber, gaps: 1);
    }

    [Test]
    public void Whoever_is_ahead_of_all_that_is_left_is_told_before_anything_follows()
    {
        Begin(new RawSseOptions { MaxEventBytes = 1000, MaxLag = 2000, Retry = TimeSpan.Zero, Heartbeat = TimeSpan.Zero });
        Redis.Publish("news");
        Redis.Publish("news");
        Redis.Save();
        SimulatedSubscriber subscriber = Start(AskKind.Now);
        Redis.Publish("news");
        Deployment.Settle();
        subscriber.Read();
        subscriber.Block();
        for (int i = 0; i < 100; i++)
            Redis.Publish("news");
        Deployment.Settle();
        Assert.That(Node.Node.Shards[0].Metrics.LeftLog, Is.EqualTo(1));
        // It comes back without the last one's entry, but knows its id: the log stands before that, the client behind it.
        Redis.GoDown();
        Deployment.Settle();
        Redis.ComeUp(rollsBack: true);
        Redis.DeleteNewest("news");
        Deployment.ConnectAll();
        Deployment.Settle();
        subscriber.ComeBackForGood();
        AssertAtEnd(subscriber, gaps: 1);
        Redis.Publish("news");
        AssertAtEnd(subscriber, gaps: 1);
    }

    [Test]
    public void Whoever_waits_for_a_log_in_doubt_when_the_store_goes_away_again_is_placed_in_it()
    {
        Begin();
        Redis.Publish("news");
        SimulatedSubscriber stays = Start(AskKind.Now);
        Deployment.Setting.Manners.Errors = 100;
        Deployment.Restart(rollsBack: false);
        Deployment.Settle();
        SimulatedSubscriber waits = Deployment.Start(Node, new StreamAsk(AskKind.Now), "news");
        Deployment.Settle();
        waits.Read();
        Assert.That(waits.IsPlaced, Is.False);
        Redis.GoDown();
        Deployment.Run(1500);
        waits.Read();
        Assert.That(waits.IsPlaced);
        Deployment.Setting.Manners.Errors = 0;
        Redis.ComeUp(rollsBack: false);
        Deployment.ConnectAll();
        Deployment.Run(1500);
        Redis.Publish("news");
        AssertAtEnd(waits, gaps: 0);
        AssertAtEnd(stays, gaps: 0);
    }
}
