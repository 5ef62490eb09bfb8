using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>
/// One shard's way to the server that all share, over a link for commands and one for subscriptions. Every answer comes in a
/// later turn, through the shard's mailbox.
/// </summary>
internal sealed class SimulatedRemoteStore : IStore, ILinkOwner
{
    /// <summary>So often it is asked whether its history is still the same.</summary>
    private const int HistoryTicks = 10;

    private readonly IStoreClient _client;
    private readonly SimulatedRedis _redis;
    private readonly StoreManners _manners;
    private readonly Random _random;
    private readonly Dictionary<string, Subscription> _subscriptions = [];
    private readonly RemoteReads _reads;
    private readonly int _number;
    private int _ticks;
    private int _commandsHistory;
    private int _doorbellsHistory;
    private bool _isNewHistory;
    private bool _isResumed = true;

    public SimulatedRemoteStore(
        IStoreClient client, Mailbox mailbox, MemoryBudget budget, SimulatedRedis redis, StoreManners manners, Random random)
    {
        _client = client;
        _redis = redis;
        _number = redis.Links.Count / 2;
        _manners = manners;
        _random = random;
        Commands = new SimulatedLink(redis, mailbox, random, this);
        Doorbells = new SimulatedLink(redis, mailbox, random, this);
        _reads = new RemoteReads(_number, client, redis, Commands, manners, random, budget);
        redis.Links.Add(Commands);
        redis.Links.Add(Doorbells);
    }

    public SimulatedLink Commands { get; }

    public SimulatedLink Doorbells { get; }

    public bool IsUp => Commands.IsOpen && Doorbells.IsOpen;

    public bool IsLocal => false;

    public IEnumerable<ChannelName> Channels => [];

    public bool IsReachable(ChannelName channel) => Commands.IsOpen && (_manners.ResumesEarly || _isResumed);

    public void Open(Channel channel)
    {
        var subscription = new Subscription(channel);
        _subscriptions.Add(subscription.Name, subscription);
        if (Doorbells.IsOpen)
            Subscribe(subscription);
    }

    public void Close(Channel channel)
    {
        string name = channel.Name.ToString();
        _subscriptions.Remove(name, out Subscription? subscription);
        subscription!.IsGone = true;
        if (!Doorbells.IsOpen)
            return;
        Doorbells.Send(new LinkCommand(
            () =>
            {
                Doorbells.Subscriptions.Remove(name);
                return static () => { };
            },
            static () => { }));
    }

    public void Verify(Channel channel, EventId lastId, bool extendsExpiry)
    {
        Subscription subscription = _subscriptions[channel.Name.ToString()];
        if (!Commands.IsOpen)
        {
            Answer(isLast: true);
            return;
        }
        Ask(
            () =>
            {
                EventId last = _redis.Of(subscription.Name).Stream?.LastGenerated ?? lastId;
                // What came meanwhile may have been announced meanwhile.
                return () => Answer(last == lastId || (last > lastId && last <= channel.Log!.LastId));
            },
            () => Answer(isLast: true));

        void Answer(bool isLast)
        {
            if (!subscription.IsGone)
                _client.OnVerified(channel, isLast);
        }
    }

    public void Append(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, object request)
    {
        if (!Commands.IsOpen)
        {
            _client.OnAppended(request, new AppendResult(AppendStatus.Unavailable, default), []);
            return;
        }
        string channel = Encoding.UTF8.GetString(newEvent.Channel);
        byte[] type = newEvent.Type.ToArray(), data = newEvent.Data.ToArray();
        Ask(
            () =>
            {
                Doorbell doorbell = _redis.Publish(channel, type, data);
                return () =>
                {
                    OnDoorbell(Commands, doorbell);
                    _client.OnAppended(request, new AppendResult(AppendStatus.Stored, doorbell.Id), []);
                };
            },
            () => _client.OnAppended(request, new AppendResult(AppendStatus.Unconfirmed, default), []));
    }

    public void Locate(ChannelName channel, StartPoint start, object request)
    {
        if (Commands.IsOpen)
            _reads.Locate(channel.ToString(), start, request);
        else
            _client.OnUnanswered(request);
    }

    public void Read(ChannelName channel, EventId after, EventId until, object request)
    {
        if (Commands.IsOpen)
            _reads.Read(channel.ToString(), after, until, request);
        else
            _client.OnUnanswered(request);
    }

    public StreamExtent? Peek(ReadOnlySpan<byte> channel) => null;

    public long BytesOf(ReadOnlySpan<byte> channel) => 0;

    public void Tick()
    {
        if (++_ticks % HistoryTicks != 0 || !Commands.IsOpen)
            return;
        Commands.Send(new LinkCommand(
            () =>
            {
                int history = _redis.History;
                return () => OnHistory(history);
            },
            static () => { }));
    }

    public void Flush()
    {
        Commands.Flush();
        Doorbells.Flush();
    }

    public void Relieve()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>A doorbell of anybody's making.</summary>
    public void OnDoorbell(SimulatedLink link, Doorbell doorbell)
    {
        if (!_subscriptions.TryGetValue(doorbell.Channel, out Subscription? subscription))
            return;
        _redis.Diary?.Add($"{_number}: {doorbell.Channel} {(link == Commands ? "own" : "")} doorbell {doorbell.Id} after {doorbell.Previous}");
        if (doorbell.Data is null)
            _client.OnAnnounced(subscription.Channel, Announcement.Bell);
        else
            _client.OnAnnounced(subscription.Channel, new Announcement(doorbell.Id, doorbell.Previous, doorbell.Type, doorbell.Data));
    }

    void ILinkOwner.OnLinkOpened(SimulatedLink link, int history)
    {
        ref int known = ref link == Commands ? ref _commandsHistory : ref _doorbellsHistory;
        _isNewHistory |= known != 0 && known != history;
        known = history;
        _redis.Diary?.Add($"{_number}: {(link == Commands ? "commands" : "doorbells")} up, history {history}");
        if (link == Doorbells)
        {
            foreach (Subscription subscription in _subscriptions.Values)
                Subscribe(subscription);
        }
        else
        {
            foreach (Subscription subscription in _subscriptions.Values)
                LocateOnceAnnounced(subscription);
            if (_manners.ResumesEarly)
                ResumeAll();
        }
        ResumeOnceComplete();
    }

    void ILinkOwner.OnLinkLost(SimulatedLink link)
    {
        _isResumed = false;
        _redis.Diary?.Add($"{_number}: {(link == Commands ? "commands" : "doorbells")} down");
        foreach (Subscription subscription in _subscriptions.Values)
        {
            if (link == Doorbells)
                subscription.IsAnnounced = false;
        }
    }

    /// <summary>The server may change under an open link.</summary>
    private void OnHistory(int history)
    {
        if (!_isResumed || history == _commandsHistory)
            return;
        _commandsHistory = _doorbellsHistory = history;
        _isNewHistory = true;
        ResumeAll();
        _isNewHistory = false;
    }

    private void Ask(Func<Action> execute, Action lost)
    {
        bool isError = _random.Next(100) < _manners.Errors;
        Commands.Send(new LinkCommand(isError ? () => lost : execute, lost));
    }

    private void Subscribe(Subscription subscription) => Doorbells.Send(new LinkCommand(
        () =>
        {
            Doorbells.Subscriptions.Add(subscription.Name);
            return () =>
            {
                subscription.IsAnnounced = true;
                LocateOnceAnnounced(subscription);
                ResumeOnceComplete();
            };
        },
        static () => { }));

    private void LocateOnceAnnounced(Subscription subscription)
    {
        if (subscription.IsGone || subscription.IsOpened || !subscription.IsAnnounced || !Commands.IsOpen)
            return;
        Commands.Send(new LinkCommand(
            () =>
            {
                EventId newest = _redis.Of(subscription.Name).Stream?.LastGenerated ?? EventId.Zero;
                return () =>
                {
                    if (subscription.IsGone || subscription.IsOpened)
                        return;
                    subscription.IsOpened = true;
                    _redis.Diary?.Add($"{_number}: {subscription.Name} opened at {newest}");
                    _client.OnOpened(subscription.Channel, newest);
                };
            },
            static () => { }));
    }

    private void ResumeOnceComplete()
    {
        if (_isResumed || !IsUp || _subscriptions.Values.Any(static subscription => !subscription.IsAnnounced))
            return;
        _isResumed = true;
        ResumeAll();
        _isNewHistory = false;
    }

    private void ResumeAll()
    {
        foreach (Subscription subscription in _subscriptions.Values.ToArray())
        {
            _redis.Diary?.Add($"{_number}: {subscription.Name} resumes, new {_isNewHistory}, opened {subscription.IsOpened}");
            if (subscription.IsOpened)
                _client.OnResumed(subscription.Channel, _isNewHistory);
        }
    }

    private sealed class Subscription(Channel channel)
    {
        public Channel Channel { get; } = channel;

        public string Name { get; } = channel.Name.ToString();

        public bool IsAnnounced { get; set; }

        public bool IsOpened { get; set; }

        public bool IsGone { get; set; }
    }
}
