using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>What the smallest schedules over a shared store have in common: one node of one shard, and one channel, unless they say otherwise.</summary>
internal abstract class RemoteScenario
{
    private Deployment? _deployment;

    protected Deployment Deployment => _deployment!;

    protected SimulatedRedis Redis => Deployment.Redis;

    protected SimulatedNode Node => Deployment.Nodes[0];

    protected SimulatedLink Commands => Deployment.Stores[0].Commands;

    protected SimulatedLink Doorbells => Deployment.Stores[0].Doorbells;

    [TearDown]
    public void Dispose() => _deployment?.Dispose();

    protected void Begin(RawSseOptions? options = null, StoreManners? manners = null, long? logBytes = null, int nodes = 1)
    {
        var setting = new DeploymentSetting
        {
            Shards = [.. Enumerable.Repeat(1, nodes)],
            AuditMs = 1_000_000,
            Manners = manners ?? new StoreManners(),
            LogBytes = logBytes,
        };
        if (options is not null)
            setting = setting with { Options = options };
        _deployment = new Deployment(setting, seed: 1);
        Deployment.ConnectAll();
        Deployment.Settle();
    }

    protected SimulatedSubscriber Start(AskKind kind)
    {
        SimulatedSubscriber subscriber = Deployment.Start(Node, new StreamAsk(kind), "news");
        Deployment.Settle();
        subscriber.Read();
        return subscriber;
    }

    /// <summary>Only the link for doorbells gets anything through.</summary>
    protected void DeliverDoorbells()
    {
        Doorbells.NodeTurn();
        Node.Settle(2);
    }

    protected void AssertAtEnd(SimulatedSubscriber subscriber, int gaps)
    {
        Deployment.Run(1500);
        subscriber.AtEnd();
        Assert.That(subscriber.GapsSoFar, Is.EqualTo(gaps));
    }
}
