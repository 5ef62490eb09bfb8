using RawSse.Protocol.Ids;
using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>The smallest schedules that once went wrong between pages of history, doorbells and the log.</summary>
internal sealed class ReplayScenarioTests : RemoteScenario
{
    [Test]
    public void A_page_that_ends_with_entries_that_are_no_events_is_passed()
    {
        Begin();
        Redis.Publish("news");
        EventId first = Redis.Of("news").Greatest;
        Redis.Add("news", isEvent: false);
        // Its page reaches further than its last frame.
        SimulatedSubscriber all = Start(AskKind.Earliest);
        SimulatedSubscriber late = Deployment.Start(Node, new StreamAsk(AskKind.Resume, first.ToString()), "news");
        Redis.Publish("news");
        AssertAtEnd(all, gaps: 0);
        AssertAtEnd(late, gaps: 0);
        SimulatedSubscriber both = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news", "other");
        AssertAtEnd(both, gaps: 0);
    }

    [Test]
    public void A_page_for_a_channel_that_was_closed_meanwhile_is_not_kept()
    {
        Begin(new RawSseOptions { Linger = TimeSpan.Zero });
        Redis.Publish("news");
        SimulatedSubscriber subscriber = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        while (Redis.Reads == 0)
        {
            Commands.NodeTurn();
            Doorbells.ServerTurn();
            Doorbells.NodeTurn();
            Node.Settle(1);
            Commands.ServerTurn();
        }
        subscriber.Cut();
        Deployment.Clock.Advance(1000);
        Node.Settle(3);
        Assert.That(Node.Node.Feeds[0].Channels, Is.Empty);
        Deployment.Settle();
        Deployment.Dispose();
        Assert.That(Node.Node.Budget.Used, Is.Zero);
    }

    [Test]
    public void An_answer_that_is_older_than_a_doorbell_hides_no_event()
    {
        Begin(logBytes: 0);
        SimulatedSubscriber inLog = Start(AskKind.Now);
        SimulatedSubscriber first = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        // There is no stream, says the store; before that is heard the first event comes, and leaves the log.
        Node.Settle(3);
        Commands.ServerTurn();
        Redis.Publish("news");
        DeliverDoorbells();
        inLog.Read();
        Deployment.Clock.Advance(2000);
        Node.Settle(3);
        AssertAtEnd(first, gaps: 0);
        Assert.That(first.Events, Is.EqualTo(1));
    }

    [Test]
    public void A_position_right_before_the_oldest_entry_misses_nothing()
    {
        Begin();
        Redis.Publish("news");
        EventId first = Redis.Of("news").Greatest;
        SimulatedSubscriber subscriber = Deployment.Start(Node, new StreamAsk(AskKind.Resume, first.Previous().ToString()), "news");
        AssertAtEnd(subscriber, gaps: 0);
        Assert.That(subscriber.Events, Is.EqualTo(1));
    }

    [Test]
    public void A_client_whose_last_event_was_deleted_before_the_log_had_it_waits_for_no_more_than_a_repair()
    {
        Begin();
        Redis.Publish("news");
        SimulatedSubscriber inLog = Start(AskKind.Now);
        Redis.Add("news");
        SimulatedSubscriber ahead = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        while (ahead.Events < 2)
        {
            Deployment.Turn();
            ahead.Read();
        }
        Redis.DeleteNewest("news");
        Deployment.Settle();
        Redis.Publish("news");
        AssertAtEnd(ahead, gaps: 0);
        AssertAtEnd(inLog, gaps: 0);
        Assert.That(ahead.Events, Is.EqualTo(3));
    }

    [Test]
    public void A_channel_whose_newest_entry_was_deleted_is_not_read_for_ever()
    {
        Begin();
        Redis.Publish("news");
        Redis.Add("news");
        Redis.DeleteNewest("news");
        // The log begins at an id that the store gave once and no longer has.
        SimulatedSubscriber subscriber = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        Deployment.Settle();
        Redis.Publish("news");
        // A false alarm: as far as the node knows, somebody may have had it.
        AssertAtEnd(subscriber, gaps: 1);
        Assert.That(subscriber.Events, Is.EqualTo(2));
    }

    [Test]
    public void A_log_that_gets_and_lets_go_an_event_during_a_read_does_not_end_a_replay()
    {
        Begin(logBytes: 0);
        Redis.Publish("news");
        SimulatedSubscriber inLog = Start(AskKind.Now);
        SimulatedSubscriber behind = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        while (behind.Events < 1)
        {
            Deployment.Turn();
            behind.Read();
        }
        // Its next read finds nothing; before that is heard the next event comes, and leaves the log.
        Node.Settle(2);
        Commands.ServerTurn();
        Redis.Publish("news");
        DeliverDoorbells();
        Deployment.Clock.Advance(2000);
        Node.Settle(3);
        AssertAtEnd(behind, gaps: 0);
        AssertAtEnd(inLog, gaps: 0);
        Assert.That(behind.Events, Is.EqualTo(2));
    }

    [Test]
    public void A_client_ahead_of_a_repair_costs_no_reads()
    {
        Begin(manners: new StoreManners { CountMax = 2 });
        Redis.Publish("news");
        SimulatedSubscriber inLog = Start(AskKind.Now);
        for (int i = 0; i < 20; i++)
            Redis.Add("news");
        SimulatedSubscriber ahead = Deployment.Start(Node, new StreamAsk(AskKind.Resume, Redis.Of("news").Greatest.ToString()), "news");
        // Somebody whose pages come with pauses in between.
        Node.Transports[0].TearsSends = true;
        SimulatedSubscriber behind = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        AssertAtEnd(ahead, gaps: 0);
        AssertAtEnd(inLog, gaps: 0);
        AssertAtEnd(behind, gaps: 0);
        TestContext.Out.WriteLine(Redis.Reads);
        // An entry a read, once for the log and once for who is behind it, and one that finds the end for each client.
        Assert.That(Redis.Reads, Is.LessThanOrEqualTo(20 + 20 + 3));
    }

    [Test]
    public void A_channel_that_nobody_is_subscribed_to_is_closed_however_much_is_published_to_it()
    {
        Begin(new RawSseOptions { Linger = TimeSpan.FromSeconds(2) });
        SimulatedSubscriber subscriber = Start(AskKind.Now);
        subscriber.Cut();
        for (int i = 0; i < 10; i++)
        {
            Redis.Publish("news");
            Deployment.Run(500);
        }
        Assert.That(Node.Node.Feeds[0].Channels, Is.Empty);
        Assert.That(Doorbells.Subscriptions, Is.Empty);
    }

    [Test]
    public void A_client_ahead_of_the_log_gets_its_last_event_no_second_time_when_a_late_doorbell_brings_it()
    {
        Begin();
        Redis.Publish("news");
        SimulatedSubscriber inLog = Start(AskKind.Now);
        Redis.Publish("news");
        SimulatedSubscriber ahead = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        while (ahead.Events < 2)
        {
            AnswerCommands();
            ahead.Read();
        }
        // Its next read finds nothing after an entry that is gone, and that the log does not have yet.
        Redis.DeleteNewest("news");
        for (int turn = 0; turn < 10; turn++)
            AnswerCommands();
        DeliverDoorbells();
        Redis.Publish("news");
        AssertAtEnd(inLog, gaps: 0);
        AssertAtEnd(ahead, gaps: 0);
        Assert.That(ahead.Events, Is.EqualTo(3));
    }

    [Test]
    public void A_shared_answer_that_is_older_than_a_clients_id_is_no_reason_for_a_gap()
    {
        Begin();
        Redis.Publish("news");
        EventId madeUp = Redis.Of("news").Greatest.Next();
        Start(AskKind.Now);
        SimulatedSubscriber first = Deployment.Start(Node, new StreamAsk(AskKind.Resume, madeUp.ToString()), "news");
        // There is no such id, says the store; before that is heard there is, and whoever has it elsewhere comes here.
        Node.Settle(3);
        Commands.ServerTurn();
        Redis.Publish("news");
        Assert.That(Redis.Of("news").Greatest, Is.EqualTo(madeUp));
        SimulatedSubscriber second = Deployment.Start(Node, new StreamAsk(AskKind.Resume, madeUp.ToString()), "news");
        Node.Settle(3);
        AssertAtEnd(first, gaps: 1);
        AssertAtEnd(second, gaps: 0);
        Assert.That(second.Events, Is.Zero);
    }

    [TestCase(1)]
    [TestCase(10)]
    [TestCase(40)]
    public void Many_who_miss_the_same_share_an_answer(int clients)
    {
        Begin();
        Redis.Publish("news");
        EventId madeUp = Redis.Of("news").Greatest.Next();
        Start(AskKind.Now);
        for (int i = 0; i < clients; i++)
            Deployment.Start(Node, new StreamAsk(AskKind.Resume, madeUp.ToString()), "news");
        int turns = 0;
        for (; turns < 2000 && Node.Node.Shards.Sum(shard => shard.Metrics.Streams) < clients + 1; turns++)
            AnswerCommands();
        // One question for the first of them, one for all others, and one turn in which they are heard.
        Assert.That(turns, Is.LessThanOrEqualTo(4));
    }

    /// <summary>Only the link for commands gets anything through.</summary>
    private void AnswerCommands()
    {
        Node.Settle(1);
        Commands.ServerTurn();
        Commands.NodeTurn();
    }

    [Test]
    public void A_stream_of_several_channels_does_not_go_back_where_it_leaves_the_log()
    {
        Begin(new RawSseOptions { MaxEventBytes = 1000, MaxLag = 2000, Retry = TimeSpan.Zero, Heartbeat = TimeSpan.Zero });
        Start(AskKind.Now);
        Redis.Publish("news");
        Deployment.Settle();
        // The log passes over it: it is further than its last frame.
        Redis.Add("news", isEvent: false);
        Redis.Ring(new Doorbell("news", default, default, [], null));
        Deployment.Settle();
        SimulatedSubscriber subscriber = Deployment.Start(Node, new StreamAsk(AskKind.Now), "news", "sport");
        Deployment.Settle();
        subscriber.Read();
        subscriber.Block();
        Redis.Publish("sport");
        Deployment.Settle();
        for (int i = 0; i < 100; i++)
            Redis.Publish("news");
        Deployment.Settle();
        Assert.That(Node.Node.Shards[0].Metrics.LeftLog, Is.EqualTo(1));
        Redis.Publish("sport");
        Deployment.Settle();
        subscriber.ComeBackForGood();
        AssertAtEnd(subscriber, gaps: 0);
        Assert.That(subscriber.Events, Is.EqualTo(102));
    }
}
