using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>The store is away: what goes on, what is refused, and when streams end.</summary>
internal sealed class StoreAwayTests
{
    private const long GraceMs = 10_000;

    private Deployment? _deployment;

    private Deployment Deployment => _deployment!;

    private SimulatedRedis Redis => Deployment.Redis;

    private SimulatedNode Node => Deployment.Nodes[0];

    [SetUp]
    public void SetUp()
    {
        _deployment = new Deployment(new DeploymentSetting { GraceMs = GraceMs, AuditMs = 1000 }, seed: 1);
        Deployment.ConnectAll();
        Deployment.Settle();
    }

    [TearDown]
    public void Dispose() => _deployment?.Dispose();

    [Test]
    public void Within_the_grace_clients_notice_nothing()
    {
        SimulatedSubscriber subscriber = Start(new StreamAsk(AskKind.Now), "news");
        Redis.Publish("news");
        Deployment.Settle();
        Redis.GoDown();
        Deployment.Run(GraceMs - 1500);
        Assert.That(subscriber.IsConnected);
        Redis.ComeUp(rollsBack: false);
        // Events come while the node is not back yet.
        Redis.Publish("news");
        Redis.Publish("news");
        Deployment.Run(500);
        Deployment.ConnectAll();
        Deployment.Run(1000);
        subscriber.AtEnd();
        Assert.That((subscriber.Events, subscriber.GapsSoFar), Is.EqualTo((3, 0)));
    }

    [Test]
    public void After_the_grace_streams_end_with_a_longer_retry()
    {
        SimulatedClient client = Connect(new StreamAsk(AskKind.Now), "news");
        client.Take();
        Redis.GoDown();
        Deployment.Run(GraceMs - 1500);
        Assert.That(client.IsEnded, Is.False);
        Deployment.Run(3000);
        Assert.That(client.IsEnded);
        Assert.That(client.ReceivedText, Does.Match("^retry: [0-9]+\n\n$"));
        // Three seconds, half more or less, and four times that.
        Assert.That(int.Parse(client.ReceivedText[7..^2]), Is.InRange(6000, 18_000));
    }

    [Test]
    public void A_store_that_comes_back_starts_the_grace_anew()
    {
        SimulatedSubscriber subscriber = Start(new StreamAsk(AskKind.Now), "news");
        for (int i = 0; i < 3; i++)
        {
            Redis.GoDown();
            Deployment.Run(GraceMs - 1500);
            Redis.ComeUp(rollsBack: false);
            Deployment.ConnectAll();
            Deployment.Run(1500);
        }
        Redis.Publish("news");
        Deployment.Settle();
        subscriber.AtEnd();
        Assert.That(subscriber.Events, Is.EqualTo(1));
    }

    [Test]
    public void New_streams_are_served_as_far_as_the_log_goes_and_others_are_refused()
    {
        EventId before = Redis.Add("news");
        SimulatedSubscriber subscriber = Start(new StreamAsk(AskKind.Now), "news");
        Redis.Publish("news");
        EventId first = Redis.Of("news").Greatest;
        Redis.Publish("news");
        Deployment.Settle();
        Redis.GoDown();
        Deployment.Settle();
        SimulatedClient now = Connect(new StreamAsk(AskKind.Now), "news");
        SimulatedClient resumed = Connect(new StreamAsk(AskKind.Resume, first.ToString()), "news");
        // That is where the log begins.
        SimulatedClient atTail = Connect(new StreamAsk(AskKind.Resume, before.ToString()), "news");
        SimulatedClient older = Connect(new StreamAsk(AskKind.Resume, before.Previous().ToString()), "news");
        SimulatedClient earliest = Connect(new StreamAsk(AskKind.Earliest), "news");
        SimulatedClient elsewhere = Connect(new StreamAsk(AskKind.Now), "other");
        SimulatedClient both = Connect(new StreamAsk(AskKind.Now), "news", "other");
        Assert.That((CountOf(now), CountOf(resumed), CountOf(atTail)), Is.EqualTo((0, 1, 2)));
        foreach (SimulatedClient served in (SimulatedClient[])[now, resumed, atTail])
            Assert.That(served.IsEnded, Is.False);
        foreach (SimulatedClient refused in (SimulatedClient[])[older, earliest, elsewhere, both])
        {
            Assert.That(refused.IsEnded);
            Assert.That(refused.ReceivedText, Does.StartWith("HTTP/1.1 200 ").And.Contain("\n: store_away: ").And.Match("\nretry: [0-9]+\n"));
            Assert.That(refused.ReceivedText, Does.Not.Contain("id: "));
        }
        Redis.ComeUp(rollsBack: false);
        Deployment.ConnectAll();
        Redis.Publish("news");
        Deployment.Run(1500);
        subscriber.AtEnd();
        Assert.That((CountOf(now), CountOf(resumed), CountOf(atTail)), Is.EqualTo((1, 2, 3)));
    }

    [Test]
    public void A_replay_that_the_absence_stops_goes_on_when_the_store_is_back()
    {
        for (int i = 0; i < 10; i++)
            Redis.Add("news");
        SimulatedSubscriber subscriber = Deployment.Start(Node, new StreamAsk(AskKind.Earliest), "news");
        while (!subscriber.IsPlaced)
        {
            Deployment.Turn();
            subscriber.Read();
        }
        Redis.GoDown();
        Deployment.Run(GraceMs - 1500);
        Redis.ComeUp(rollsBack: false);
        Deployment.ConnectAll();
        Deployment.Run(1500);
        subscriber.AtEnd();
        Assert.That((subscriber.Events, subscriber.GapsSoFar), Is.EqualTo((10, 0)));
    }

    [Test]
    public void Publishes_are_unavailable_while_the_store_is_away_and_unconfirmed_when_it_goes()
    {
        SimulatedClient first = Publish();
        Node.Settle(3);
        Redis.GoDown();
        Deployment.Settle();
        Assert.That(first.ReceivedText, Does.StartWith("HTTP/1.1 503 ").And.Contain("\"unconfirmed\""));
        SimulatedClient second = Publish();
        Deployment.Settle();
        Assert.That(second.ReceivedText, Does.StartWith("HTTP/1.1 503 ").And.Contain("\"store_away\""));
    }

    private SimulatedSubscriber Start(StreamAsk ask, params string[] channels)
    {
        SimulatedSubscriber subscriber = Deployment.Start(Node, ask, channels);
        Deployment.Settle();
        subscriber.Read();
        return subscriber;
    }

    private SimulatedClient Connect(StreamAsk ask, params string[] channels)
    {
        SimulatedClient client = Node.Transports[0].Connect();
        client.Write(ask.Request(channels));
        Deployment.Settle();
        return client;
    }

    private SimulatedClient Publish()
    {
        SimulatedClient publisher = Node.Transports[0].Connect();
        publisher.Write("POST /events/news HTTP/1.1\r\nHost: simulation\r\nContent-Length: 1\r\n\r\nx");
        return publisher;
    }

    private static int CountOf(SimulatedClient client) => client.ReceivedText.Split("\ndata: ").Length - 1;
}
