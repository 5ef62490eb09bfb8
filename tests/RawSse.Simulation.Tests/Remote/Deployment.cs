using System.Text;
using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>How the nodes of a deployment are set.</summary>
internal sealed record DeploymentSetting
{
    public RawSseOptions Options { get; init; } = new() { Heartbeat = TimeSpan.Zero };

    /// <summary>Shards of each node.</summary>
    public int[] Shards { get; init; } = [1];

    public long? LogBytes { get; init; }

    public long AuditMs { get; init; } = 5000;

    public long GraceMs { get; init; } = 10_000;

    public StoreManners Manners { get; init; } = new();

    public bool CountsAdded { get; init; } = true;

    public int LengthMax { get; init; } = 10_000;
}

/// <summary>Nodes that share a simulated server. Nothing happens but by the calls of a test. One thread.</summary>
internal sealed class Deployment : IDisposable
{
    public Deployment(DeploymentSetting setting, int seed)
    {
        Setting = setting;
        Random = new Random(seed);
        Redis = new SimulatedRedis(Clock, Ledger) { CountsAdded = setting.CountsAdded, LengthMax = setting.LengthMax };
        var shared = new SharedSetting(Clock, Ledger, setting.AuditMs, setting.GraceMs, (client, mailbox, budget) =>
        {
            var store = new SimulatedRemoteStore(client, mailbox, budget, Redis, setting.Manners, Random);
            Stores.Add(store);
            return store;
        });
        Nodes =
        [
            .. setting.Shards.Select((shards, i) => new SimulatedNode(setting.Options, shards, seed + (10 * i), setting.LogBytes, shared)),
        ];
    }

    public DeploymentSetting Setting { get; }

    public Random Random { get; }

    public StepClock Clock { get; } = new();

    public Ledger Ledger { get; } = new();

    public SimulatedRedis Redis { get; }

    public SimulatedNode[] Nodes { get; }

    public List<SimulatedRemoteStore> Stores { get; } = [];

    public IReadOnlyList<SimulatedLink> Links => Redis.Links;

    /// <summary>Commands and doorbells that are under way.</summary>
    public bool IsQuiet => Links.All(static link => !link.HasWork && link.Pending == 0);

    /// <summary>
    /// A name that lives on shard <paramref name="place"/> modulo the number of shards on each node: hashes differ from process to
    /// process.
    /// </summary>
    /// <param name="prefix">what it begins with</param>
    /// <param name="place">0 to 5; nodes have 1 to 3 shards</param>
    public string NameOn(string prefix, int place)
    {
        for (int i = 1000; ; i++)
        {
            string name = $"{prefix}-{i}";
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            if (Nodes.All(node => node.Node.FeedOf(bytes).Shard == place % node.Shards))
                return name;
        }
    }

    public SimulatedSubscriber NewSubscriber(SimulatedNode node, int shard, Random random, bool isFaithful, params string[] channels)
    {
        string[] sorted = [.. channels.Order(StringComparer.Ordinal)];
        HashSet<(string, Protocol.Ids.EventId)> received = [];
        return new SimulatedSubscriber(node, shard, channels, random)
        {
            IsFaithful = isFaithful,
            CreateOracle = (ask, isResume) => new TimelineOracle(Ledger, Redis, sorted, ask, isResume, received),
        };
    }

    /// <summary>All links that may be open are opened.</summary>
    public void ConnectAll()
    {
        foreach (SimulatedLink link in Links)
            link.Connect();
    }

    /// <summary>Everybody takes turns until nothing is under way any more, but for what waits for the clock.</summary>
    public void Settle(int turns = 12)
    {
        for (int quiet = 0, rounds = 0; quiet < turns; quiet++)
        {
            if (++rounds > 20_000)
                throw new OracleException("it never ends");
            if (!IsQuiet)
                quiet = 0;
            Turn();
        }
    }

    /// <summary>One turn of everything.</summary>
    public void Turn()
    {
        foreach (SimulatedNode node in Nodes)
            node.Settle(1);
        foreach (SimulatedLink link in Links)
        {
            link.ServerTurn();
            link.NodeTurn();
        }
    }

    /// <summary>Until nothing has been delivered for a while.</summary>
    public void RunUntilQuiet()
    {
        long delivered = -1;
        for (int quiet = 0; quiet < 5; quiet++)
        {
            Clock.Advance(150);
            Settle();
            long now = Nodes.Sum(static node => node.Node.Shards.Sum(static shard => shard.Metrics.DeliveredBytes));
            if (now != delivered)
                quiet = 0;
            delivered = now;
        }
    }

    /// <summary>Lets time go by.</summary>
    public void Run(long ms)
    {
        for (long end = ms; end > 0; end -= 100)
        {
            Clock.Advance(100);
            Settle(3);
        }
    }

    /// <summary>The server restarts, with everything or with what was saved, and everybody notices and comes back.</summary>
    public void Restart(bool rollsBack)
    {
        Redis.GoDown();
        Settle();
        Redis.ComeUp(rollsBack);
        ConnectAll();
    }

    /// <summary>A client whose request has been written, and which reads everything.</summary>
    public SimulatedSubscriber Start(SimulatedNode node, StreamAsk ask, params string[] channels)
    {
        SimulatedSubscriber subscriber = NewSubscriber(node, 0, Random, isFaithful: true, channels);
        subscriber.Connect(ask);
        subscriber.WriteSome(all: true);
        subscriber.ComeBackForGood();
        return subscriber;
    }

    public void Dispose()
    {
        foreach (SimulatedNode node in Nodes)
            node.Dispose();
    }
}
