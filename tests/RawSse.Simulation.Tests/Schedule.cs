using RawSse.Server.Hosting;

namespace RawSse.Simulation.Tests;

/// <summary>A node, its clients and their publishers, drawn from a seed, and one random thing after the other.</summary>
internal sealed class Schedule : IDisposable
{
    private readonly Random _random;
    private readonly List<SimulatedSubscriber> _subscribers = [];
    private readonly List<SimulatedPublisher> _publishers = [];

    public Schedule(int seed)
    {
        _random = new Random(seed);
        RawSseOptions options = Options();
        Node = new SimulatedNode(options, shards: _random.Next(1, 4), seed);
        foreach (SimulatedTransport transport in Node.Transports)
        {
            transport.TearsReceives = _random.Next(2) == 0;
            transport.TearsSends = _random.Next(2) == 0;
            transport.SaysWritableTooOften = _random.Next(2) == 0;
            transport.TellsPeerClosed = _random.Next(2) == 0;
            transport.ReusesHandles = _random.Next(2) == 0;
            transport.SaysDrained = _random.Next(2) == 0;
            transport.TellsEndsLate = _random.Next(2) == 0;
        }
        string[] channels = [.. Enumerable.Range(0, _random.Next(1, 6)).Select(i => Node.NameOn(_random.Next(Node.Shards), $"c{i}"))];
        for (int i = _random.Next(3, 12); i > 0; i--)
        {
            string[] some = [.. channels.Where(_ => _random.Next(3) == 0)];
            _subscribers.Add(new SimulatedSubscriber(Node, _random.Next(Node.Shards), some.Length > 0 ? some : [channels[0]], _random));
        }
        for (int i = _random.Next(1, 4); i > 0; i--)
            _publishers.Add(new SimulatedPublisher(Node, _random.Next(Node.Shards), channels, options.MaxEventBytes, _random));
    }

    public SimulatedNode Node { get; }

    public IReadOnlyList<SimulatedSubscriber> Subscribers => _subscribers;

    public IReadOnlyList<SimulatedPublisher> Publishers => _publishers;

    public void Run(int steps)
    {
        while (steps-- > 0)
            Act();
    }

    /// <summary>Everybody reads again: everything that was stored must arrive.</summary>
    public void Finish()
    {
        for (int round = 0; round < 4; round++)
        {
            foreach (SimulatedPublisher publisher in _publishers)
                publisher.Finish();
            Node.Settle();
        }
        // Twice: who was blocked for too long may be closed in between.
        for (int round = 0; round < 2; round++)
        {
            foreach (SimulatedSubscriber subscriber in _subscribers)
                subscriber.ComeBackForGood();
            RunUntilQuiet();
        }
        foreach (SimulatedSubscriber subscriber in _subscribers)
            subscriber.AtEnd();
        foreach (SimulatedPublisher publisher in _publishers)
            publisher.AtEnd();
    }

    /// <summary>Everybody goes away: nothing may be left.</summary>
    public void Empty()
    {
        foreach (SimulatedSubscriber subscriber in _subscribers)
            subscriber.Cut();
        foreach (SimulatedPublisher publisher in _publishers)
            publisher.Leave();
        for (int turn = 0; turn < 30; turn++)
        {
            Node.Clock.Advance(1000);
            Node.Settle(3);
        }
    }

    public void Dispose() => Node.Dispose();

    private void Act()
    {
        switch (_random.Next(100))
        {
            case < 50:
                Node.Step(_random.Next(Node.Shards));
                break;
            case < 75:
                _subscribers[_random.Next(_subscribers.Count)].Act();
                break;
            case < 90:
                _publishers[_random.Next(_publishers.Count)].Act();
                break;
            case < 98:
                Node.Clock.Advance(_random.Next(0, 30));
                break;
            case 98 when _random.Next(10) == 0:
                Node.Clock.Advance(_random.Next(0, 20_000));
                break;
            case 99 when _random.Next(10) == 0:
                Node.Transports[_random.Next(Node.Shards)].AcceptFailures = _random.Next(1, 3);
                break;
        }
    }

    /// <summary>Until nothing has been delivered for a while.</summary>
    private void RunUntilQuiet()
    {
        long delivered = -1;
        for (int quiet = 0; quiet < 8; quiet++)
        {
            Node.Clock.Advance(150);
            Node.Settle();
            long now = Node.Node.Shards.Sum(static shard => shard.Metrics.DeliveredBytes);
            if (now != delivered)
                quiet = 0;
            delivered = now;
        }
    }

    private RawSseOptions Options()
    {
        int eventBytes = Pick(1000, 4000, 20_000);
        return new RawSseOptions
        {
            MaxEventBytes = eventBytes,
            MaxLag = 2 * eventBytes * Pick(1, 4),
            MaxLength = Pick(10_000, 300, 50),
            ChannelBytes = Pick(16 << 20, 64 << 10),
            Ttl = TimeSpan.FromSeconds(Pick(86_400, 30)),
            Linger = TimeSpan.FromSeconds(Pick(30, 0)),
            Memory = Pick(0, 0, 200 << 10),
            Heartbeat = TimeSpan.FromSeconds(Pick(15, 0, 1)),
            Retry = TimeSpan.Zero,
        };
    }

    private int Pick(params ReadOnlySpan<int> choices) => choices[_random.Next(choices.Length)];
}
