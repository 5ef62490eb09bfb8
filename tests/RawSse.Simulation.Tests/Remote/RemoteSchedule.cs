using RawSse.Protocol.Ids;
using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>A deployment, its clients and all that may befall them, drawn from a seed, and one random thing after the other.</summary>
internal sealed class RemoteSchedule : IDisposable
{
    private readonly Random _random;
    private readonly List<SimulatedSubscriber> _subscribers = [];
    private readonly List<SimulatedPublisher> _publishers = [];
    private readonly string[] _channels;

    // What befalls this deployment; each seed has some of it.
    private readonly bool _breaks;
    private readonly bool _restarts;
    private readonly bool _rollsBack;
    private readonly bool _drops;
    private readonly bool _liesAtDoor;
    private readonly bool _addsByHand;

    public RemoteSchedule(int seed)
    {
        _random = new Random(seed);
        Deployment = new Deployment(Setting(), seed);
        _breaks = Chance(2);
        _restarts = Chance(2);
        _rollsBack = _restarts && _random.Next(3) > 0;
        _drops = Chance(2);
        _liesAtDoor = Chance(2);
        _addsByHand = Chance(2);
        int chaos = Pick(0, 0, 3, 20);
        foreach (SimulatedLink link in Deployment.Links)
            link.Chaos = chaos;
        foreach (SimulatedNode node in Deployment.Nodes)
        {
            foreach (SimulatedTransport transport in node.Transports)
                transport.TearsSends = transport.TellsEndsLate = Chance(2);
        }
        _channels = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(i => Deployment.NameOn($"c{i}", _random.Next(6)))];
        for (int i = _random.Next(3, 10); i > 0; i--)
        {
            string[] some = [.. _channels.Where(_ => _random.Next(3) == 0)];
            SimulatedNode node = AnyNode();
            _subscribers.Add(Deployment.NewSubscriber(
                node, _random.Next(node.Shards), _random, Chance(2), some.Length > 0 ? some : [_channels[0]]));
        }
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            SimulatedNode node = AnyNode();
            _publishers.Add(new SimulatedPublisher(node, _random.Next(node.Shards), _channels, Deployment.Setting.Options.MaxEventBytes, _random));
        }
        Deployment.ConnectAll();
    }

    public Deployment Deployment { get; }

    public IReadOnlyList<SimulatedSubscriber> Subscribers => _subscribers;

    public IReadOnlyList<SimulatedPublisher> Publishers => _publishers;

    /// <summary>Times that the server went back to what it had saved.</summary>
    public int Rollbacks { get; private set; }

    public void Run(int steps)
    {
        while (steps-- > 0)
            Act();
    }

    /// <summary>All is reachable again and everybody reads: everything that the store has must arrive, or its loss be told.</summary>
    public void Finish()
    {
        if (!Deployment.Redis.IsUp)
            Deployment.Redis.ComeUp(rollsBack: false);
        Deployment.Setting.Manners.Errors = 0;
        foreach (SimulatedLink link in Deployment.Links)
            link.Chaos = 0;
        for (int round = 0; round < 3; round++)
        {
            Deployment.ConnectAll();
            foreach (SimulatedPublisher publisher in _publishers)
                publisher.Finish();
            Deployment.Settle();
        }
        // Twice: who was blocked or without a store for too long may be closed in between.
        for (int round = 0; round < 2; round++)
        {
            foreach (SimulatedSubscriber subscriber in _subscribers)
                subscriber.ComeBackForGood();
            Deployment.Settle();
            Deployment.Run((2 * Deployment.Setting.AuditMs) + 2000);
            Deployment.RunUntilQuiet();
        }
        foreach (SimulatedSubscriber subscriber in _subscribers)
            subscriber.AtEnd();
    }

    /// <summary>Everybody goes away: nothing may be left.</summary>
    public void Empty()
    {
        foreach (SimulatedSubscriber subscriber in _subscribers)
            subscriber.Cut();
        foreach (SimulatedPublisher publisher in _publishers)
            publisher.Leave();
        for (int turn = 0; turn < 35; turn++)
        {
            Deployment.Clock.Advance(1000);
            Deployment.Settle(3);
        }
    }

    public void Dispose() => Deployment.Dispose();

    private void Act()
    {
        switch (_random.Next(100))
        {
            case < 35:
                SimulatedNode node = AnyNode();
                node.Step(_random.Next(node.Shards));
                break;
            case < 55:
                AnyLink().ServerTurn();
                AnyLink().NodeTurn();
                break;
            case < 72:
                ActSubscriber();
                break;
            case < 84:
                _publishers[_random.Next(_publishers.Count)].Act();
                break;
            case < 89:
                ActStranger();
                break;
            case < 96:
                Deployment.Clock.Advance(_random.Next(0, 30));
                break;
            default:
                Befall();
                break;
        }
    }

    private void ActSubscriber()
    {
        SimulatedSubscriber subscriber = _subscribers[_random.Next(_subscribers.Count)];
        if (!subscriber.HasStream && Chance(2))
        {
            SimulatedNode node = AnyNode();
            subscriber.MoveTo(node, _random.Next(node.Shards));
        }
        subscriber.Act();
    }

    /// <summary>Publishers that are no node, and drop what others may not have read.</summary>
    private void ActStranger()
    {
        SimulatedRedis redis = Deployment.Redis;
        if (!redis.IsUp)
            return;
        string channel = _channels[_random.Next(_channels.Length)];
        switch (_random.Next(12))
        {
            case < 3:
                redis.Publish(channel);
                break;
            case 3 when _addsByHand:
                redis.Add(channel, isEvent: _random.Next(3) > 0);
                break;
            case 4 when _addsByHand:
                redis.Add(channel, isEvent: _random.Next(3) > 0);
                redis.Ring(new Doorbell(channel, default, default, [], null));
                break;
            case 5 or 6 when _liesAtDoor:
                redis.Ring(FalseDoorbell(channel));
                break;
            case 7 when _liesAtDoor:
                redis.Ring(new Doorbell(channel, default, default, [], null));
                break;
            case 8 when _drops && Chance(4):
                redis.Trim(channel, _random.Next(0, 20));
                break;
            case 9 when _drops && Chance(8):
                redis.Delete(channel);
                break;
            case 10 when _drops && Chance(4) && redis.Of(channel).Stream is { Entries.Count: > 0 } stream:
                redis.DeleteEntry(channel, Chance(2) ? stream.Entries.Count - 1 : _random.Next(stream.Entries.Count));
                break;
        }
    }

    private Doorbell FalseDoorbell(string channel)
    {
        EventId newest = Deployment.Redis.Of(channel).Greatest;
        EventId Near() => new(newest.Milliseconds + (ulong)_random.Next(0, 3), newest.Sequence + (ulong)_random.Next(0, 3));
        // Only a previous entry that there never was: who says what follows an entry is believed.
        EventId previous = new(newest.Milliseconds - Math.Min(newest.Milliseconds, (ulong)_random.Next(0, 3)), 1_000_000 + (ulong)_random.Next(5));
        return new Doorbell(channel, Near(), previous, [], "false"u8.ToArray());
    }

    private void Befall()
    {
        SimulatedRedis redis = Deployment.Redis;
        switch (_random.Next(12))
        {
            case 0 when _breaks && Chance(3):
                AnyLink().Break();
                break;
            case 1 when _restarts && Chance(4) && redis.IsUp:
                redis.GoDown();
                break;
            case 2 when !redis.IsUp:
                bool rollsBack = _rollsBack && _random.Next(4) > 0;
                Rollbacks += rollsBack ? 1 : 0;
                redis.ComeUp(rollsBack);
                break;
            case 11 when _rollsBack && redis.IsUp && Chance(4):
                Rollbacks++;
                redis.Switch();
                break;
            case 3 when redis.IsUp && Chance(2):
                redis.Save();
                break;
            case < 10:
                AnyLink().Connect();
                break;
            case 10 when Chance(6):
                Deployment.Clock.Advance(_random.Next(0, 20_000));
                break;
        }
    }

    private DeploymentSetting Setting()
    {
        int eventBytes = Pick(1000, 4000, 20_000);
        return new DeploymentSetting
        {
            Shards = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _random.Next(1, 4))],
            LogBytes = Pick(0, 4000, 1 << 20),
            AuditMs = Pick(200, 1000, 5000),
            GraceMs = Pick(0, 500, 10_000),
            CountsAdded = _random.Next(4) > 0,
            LengthMax = Pick(10_000, 300, 50),
            Manners = new StoreManners
            {
                ResumesEarly = Chance(2),
                TellsFloorOnly = Chance(2),
                AsksTwice = Chance(2),
                CountMax = Pick(2, 4, 100),
                Errors = Pick(0, 0, 3),
            },
            Options = new RawSseOptions
            {
                MaxEventBytes = eventBytes,
                MaxLag = 2 * eventBytes * Pick(1, 4),
                Linger = TimeSpan.FromSeconds(Pick(30, 0)),
                Memory = Pick(0, 0, 400 << 10),
                Heartbeat = TimeSpan.FromSeconds(Pick(15, 0, 1)),
                Retry = TimeSpan.Zero,
            },
        };
    }

    private SimulatedNode AnyNode() => Deployment.Nodes[_random.Next(Deployment.Nodes.Length)];

    private SimulatedLink AnyLink() => Deployment.Links[_random.Next(Deployment.Links.Count)];

    /// <summary>One in so many.</summary>
    private bool Chance(int of) => _random.Next(of) == 0;

    private int Pick(params ReadOnlySpan<int> choices) => choices[_random.Next(choices.Length)];
}
