namespace RawSse.Server.Stores.Redis;

/// <summary>
/// One master as one shard knows it: its links, the channels that it holds, and whether it is up: all links open to the very
/// same server, and everything subscribed. Each time it comes up all of its channels are looked at again. Home shard's thread.
/// </summary>
internal sealed class RedisServer : IRedisLinkOwner, IDisposable
{
    private readonly RedisStore _store;
    private readonly HistoryCommand _historyCommand;
    private (string RunId, string ReplicationId)? _history;
    private string? _toldProblem;
    private bool _isDisposed;
    private bool _isInspected;

    public RedisServer(RedisStore store, IMasterLocator locator, RedisEndpoint? endpoint)
    {
        _store = store;
        Endpoint = endpoint;
        Channels = new SubscriptionSet(store, this);
        _historyCommand = new HistoryCommand(this);
        Commands = Link(RedisLinkKind.Commands, locator);
        Subscriptions = Link(RedisLinkKind.Subscriptions, locator);
        Publishes = store.Options.PublishReplicas > 0 ? Link(RedisLinkKind.Commands, locator) : Commands;
        Confirmations = store.Options.PublishReplicas > 0 ? new ReplicaConfirmations(store.Options.PublishReplicas) : null;
        Commands.Start();
        Subscriptions.Start();
        if (!ReferenceEquals(Publishes, Commands))
            Publishes.Start();
    }

    /// <summary>Where it is in the cluster; null where it may move.</summary>
    public RedisEndpoint? Endpoint { get; }

    public RedisLink Commands { get; }

    public RedisLink Subscriptions { get; }

    /// <summary>The link for commands, unless publishes wait for replicas: that holds up the whole connection.</summary>
    public RedisLink Publishes { get; }

    public ReplicaConfirmations? Confirmations { get; }

    public SubscriptionSet Channels { get; }

    /// <summary>Since when a cluster has had no use for it, in ms of the store; 0: it has.</summary>
    public long IdleSinceMs { get; set; }

    public bool IsUp { get; private set; }

    /// <summary>Looks whether it is up now; whoever can change that calls.</summary>
    public void Evaluate()
    {
        bool isUp = !_isDisposed && Commands.IsOpen && Subscriptions.IsOpen && Publishes.IsOpen && Channels.IsWhole;
        if (isUp == IsUp)
            return;
        IsUp = isUp;
        _store.OnServersChanged();
        _toldProblem = null;
        if (isUp)
            Resume();
    }

    /// <summary>The subscription is confirmed: it is opened, or may go on.</summary>
    public void OnConfirmed(RedisSubscription subscription)
    {
        if (!subscription.IsOpened)
            _store.Openings.Begin(subscription);
        else if (subscription.MustResume && IsUp)
            Resume(subscription, isNewHistory: false);
    }

    /// <summary>What the server says about itself while it is connected.</summary>
    public void OnHistory(bool isMaster, string replicationId)
    {
        if (!isMaster)
        {
            Break("it is no master any more");
            return;
        }
        if (!IsUp || _history is not { } known || known.ReplicationId.Length == 0 || known.ReplicationId == replicationId)
            return;
        _history = (known.RunId, replicationId);
        ResumeAll(isNewHistory: true);
    }

    /// <summary>What was subscribed by patterns goes on, or does not.</summary>
    public void OnPatterns(bool isLive)
    {
        for (int i = Channels.Count - 1; i >= 0; i--)
        {
            if (i >= Channels.Count || !Channels[i].IsByPattern)
                continue;
            RedisSubscription subscription = Channels[i];
            subscription.State = isLive ? SubscriptionState.Confirmed : SubscriptionState.Waiting;
            subscription.Miss();
            if (isLive)
                OnConfirmed(subscription);
        }
    }

    public void Break(string reason)
    {
        Commands.Break(reason);
        Subscriptions.Break(reason);
        Publishes.Break(reason);
    }

    public void Flush()
    {
        if (Subscriptions.IsOpen)
            Channels.Flush();
        Confirmations?.Flush(Publishes);
        Commands.Flush();
        Subscriptions.Flush();
        if (!ReferenceEquals(Publishes, Commands))
            Publishes.Flush();
    }

    public void Tick()
    {
        Commands.Tick();
        Subscriptions.Tick();
        if (!ReferenceEquals(Publishes, Commands))
            Publishes.Tick();
        if (IsUp)
            _historyCommand.Tick(_store.NowMs);
        else
            TellProblem();
    }

    public void Dispose()
    {
        _isDisposed = true;
        Commands.Dispose();
        Subscriptions.Dispose();
        if (!ReferenceEquals(Publishes, Commands))
            Publishes.Dispose();
    }

    void IRedisLinkOwner.OnOpened(RedisLink link)
    {
        if (link.Kind == RedisLinkKind.Commands)
            LoadScripts(link);
        else
        {
            Channels.OnLinkOpened();
            _store.OnSubscriptionsOpened(this);
        }
        KeepTogether(link);
        Evaluate();
    }

    void IRedisLinkOwner.OnLost(RedisLink link, string reason)
    {
        _store.Metrics.LinksLost++;
        if (link.Kind == RedisLinkKind.Subscriptions)
        {
            Channels.OnLinkLost();
            _store.OnSubscriptionsLost(this);
        }
        if (ReferenceEquals(link, Publishes))
            Confirmations?.OnLost();
        Evaluate();
        _store.Notes.Lost(link, reason);
    }

    void IRedisLinkOwner.OnPush(RedisLink link, ReadOnlySpan<byte> value)
    {
        if (link.Kind == RedisLinkKind.Subscriptions)
            _store.Doorbells.OnPush(this, value);
    }

    /// <summary>Why it is not up, each reason once.</summary>
    private void TellProblem()
    {
        string? problem = Commands.LastProblem ?? Subscriptions.LastProblem;
        if (problem is null || problem == _toldProblem)
            return;
        _toldProblem = problem;
        _store.Notes.Away(problem);
    }

    private RedisLink Link(RedisLinkKind kind, IMasterLocator locator) =>
        new(kind, _store.Options.Settings, locator, _store.Mailbox, this, _store.Clock);

    private static void LoadScripts(RedisLink link)
    {
        link.Send(new LoadCommand(RedisScript.Publish));
        link.Send(new LoadCommand(RedisScript.Locate));
        link.Send(new LoadCommand(RedisScript.Verify));
    }

    /// <summary>
    /// Links to two servers, one of which was the master before: the one that was opened first looks for the master anew.
    /// </summary>
    private void KeepTogether(RedisLink opened)
    {
        string runId = opened.Info!.RunId;
        foreach (RedisLink link in (ReadOnlySpan<RedisLink>)[Commands, Subscriptions, Publishes])
        {
            if (link.IsOpen && link.Info!.RunId != runId)
                link.Break("another server is the master now");
        }
    }

    private void Resume()
    {
        RedisServerInfo info = Commands.Info!;
        (string, string) history = (info.RunId, info.ReplicationId);
        // A Redis that does not say who it is may be another one each time.
        bool isNewHistory = _history is { } known && (known != history || info.RunId.Length == 0);
        _history = history;
        _store.Notes.Up(info);
        if (_store.Shard == 0 && !_isInspected)
        {
            _isInspected = true;
            RedisInspection.Begin(Commands, _store.Notes);
        }
        ResumeAll(isNewHistory);
    }

    private void ResumeAll(bool isNewHistory)
    {
        _store.Metrics.Resumes++;
        for (int i = Channels.Count - 1; i >= 0 && IsUp; i--)
        {
            // Callbacks may close channels, which takes the last one's place.
            if (i >= Channels.Count)
                continue;
            RedisSubscription subscription = Channels[i];
            if (subscription.State != SubscriptionState.Confirmed)
                subscription.HasNewHistory |= isNewHistory;
            else if (subscription.IsOpened)
                Resume(subscription, isNewHistory);
            else
                _store.Openings.Begin(subscription);
        }
    }

    private void Resume(RedisSubscription subscription, bool isNewHistory)
    {
        isNewHistory |= subscription.HasNewHistory;
        subscription.MustResume = false;
        subscription.HasNewHistory = false;
        _store.Client.OnResumed(subscription.Channel, isNewHistory);
    }
}
