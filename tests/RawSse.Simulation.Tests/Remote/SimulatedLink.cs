using RawSse.Server.Channels;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>What a link asks the server.</summary>
/// <param name="Execute">on the server; gives what its answer does on the node's thread</param>
/// <param name="Lost">on the node's thread: there will be no answer, executed or not</param>
internal sealed record LinkCommand(Func<Action> Execute, Action Lost);

/// <summary>Hears of a link. On the node's thread.</summary>
internal interface ILinkOwner
{
    void OnLinkOpened(SimulatedLink link, int history);

    void OnLinkLost(SimulatedLink link);

    void OnDoorbell(SimulatedLink link, Doorbell doorbell);
}

/// <summary>
/// A connection to the server. What is asked arrives, is executed and is answered one after the other, each at a moment of the
/// test's choice; two links know nothing of each other. Doorbells stand in line with answers, unless <see cref="Chaos"/> has
/// its way with them.
/// </summary>
internal sealed class SimulatedLink(SimulatedRedis redis, Mailbox mailbox, Random random, ILinkOwner owner)
{
    private readonly List<LinkCommand> _outbox = [];
    private readonly Queue<LinkCommand> _pending = new();
    private readonly Queue<LinkCommand> _wire = new();
    private readonly List<(Action Run, bool IsDoorbell)> _inbox = [];
    private readonly List<Doorbell> _delayed = [];
    private bool _isConnected;
    private bool _isLossOnItsWay;

    /// <summary>Doorbells of 100 that are lost, told twice, or told later. 0: none.</summary>
    public int Chaos { get; set; }

    /// <summary>As the node knows it.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>As the server knows it.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>Channels that the server rings for.</summary>
    public HashSet<string> Subscriptions { get; } = [];

    public bool HasWork => _wire.Count > 0 || _inbox.Count > 0 || _delayed.Count > 0;

    /// <summary>Commands without an answer.</summary>
    public int Pending => _pending.Count + _outbox.Count;

    public void Send(LinkCommand command)
    {
        Invariant.Must(IsOpen, "only an open link is asked");
        _outbox.Add(command);
    }

    public void Flush()
    {
        foreach (LinkCommand command in _outbox)
        {
            _pending.Enqueue(command);
            if (_isConnected)
                _wire.Enqueue(command);
        }
        _outbox.Clear();
    }

    /// <summary>The server executes one command, or a late doorbell leaves.</summary>
    public void ServerTurn()
    {
        if (_delayed.Count > 0 && random.Next(4) == 0)
        {
            int chosen = random.Next(_delayed.Count);
            Ring(_delayed[chosen]);
            _delayed.RemoveAt(chosen);
        }
        if (_wire.TryDequeue(out LinkCommand? command))
        {
            Action answer = command.Execute();
            _inbox.Add((
                () =>
                {
                    _pending.Dequeue();
                    answer();
                },
                false));
        }
        else if (_delayed.Count > 0)
        {
            Ring(_delayed[0]);
            _delayed.RemoveAt(0);
        }
    }

    /// <summary>The next thing that came reaches the node's mailbox.</summary>
    public void NodeTurn()
    {
        if (_inbox.Count == 0)
            return;
        mailbox.Post(new ActionItem(_inbox[0].Run));
        _inbox.RemoveAt(0);
    }

    public void Push(Doorbell doorbell)
    {
        if (!_isConnected || !Subscriptions.Contains(doorbell.Channel))
            return;
        int fate = random.Next(100);
        if (fate >= 3 * Chaos)
            Ring(doorbell);
        else if (fate < Chaos)
            _delayed.Add(doorbell);
        else if (fate < 2 * Chaos)
        {
            Ring(doorbell);
            _delayed.Add(doorbell);
        }
    }

    /// <summary>Some of what was under way arrives, the rest does not; the node hears of it after that.</summary>
    public void Break()
    {
        if (!_isConnected)
            return;
        _isConnected = false;
        Subscriptions.Clear();
        for (int executed = random.Next(_wire.Count + 1); executed > 0; executed--)
            _wire.Dequeue().Execute();
        _wire.Clear();
        _delayed.Clear();
        int arriving = random.Next(_inbox.Count + 1);
        _inbox.RemoveRange(arriving, _inbox.Count - arriving);
        _isLossOnItsWay = true;
        _inbox.Add((OnLost, false));
    }

    /// <summary>What was rung and has not arrived never does.</summary>
    public void Silence()
    {
        _delayed.Clear();
        _inbox.RemoveAll(static item => item.IsDoorbell);
    }

    public void Connect()
    {
        if (_isConnected || _isLossOnItsWay || !redis.IsUp)
            return;
        _isConnected = true;
        int history = redis.History;
        _inbox.Add((
            () =>
            {
                IsOpen = true;
                owner.OnLinkOpened(this, history);
            },
            false));
    }

    private void Ring(Doorbell doorbell) => _inbox.Add((() => owner.OnDoorbell(this, doorbell), true));

    private void OnLost()
    {
        _isLossOnItsWay = false;
        bool wasOpen = IsOpen;
        IsOpen = false;
        LinkCommand[] lost = [.. _pending, .. _outbox];
        _pending.Clear();
        _outbox.Clear();
        foreach (LinkCommand command in lost)
            command.Lost();
        if (wasOpen)
            owner.OnLinkLost(this);
    }
}
