using RawSse.Server.Channels;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>A channel at ease has its log and its readers, and nothing besides.</summary>
internal sealed class QuietChannelTests : RemoteScenario
{
    [Test]
    public void A_look_at_a_quiet_channel_leaves_nothing_behind()
    {
        Begin();
        SimulatedSubscriber subscriber = Start(AskKind.Now);
        Redis.Publish("news");
        Deployment.Run(3000);
        Channel channel = Node.Node.Feeds[0].Channels.Single();
        for (int look = 0; look < 100; look++)
        {
            Deployment.Run(100);
            Assert.That(channel.StateOrNull, Is.Null, $"after look {look}");
        }
        AssertAtEnd(subscriber, gaps: 0);
    }

    [Test]
    public void What_an_outage_made_is_let_go_once_the_store_is_back()
    {
        Begin();
        SimulatedSubscriber subscriber = Start(AskKind.Now);
        Channel channel = Node.Node.Feeds[0].Channels.Single();
        Redis.GoDown();
        Deployment.Run(3000);
        Assert.That(channel.StateOrNull, Is.Not.Null, "it is known since when the store is away");
        Redis.ComeUp(rollsBack: false);
        Deployment.ConnectAll();
        Deployment.Run(3000);
        Redis.Publish("news");
        Assert.That(channel.StateOrNull, Is.Null);
        AssertAtEnd(subscriber, gaps: 0);
    }
}
