namespace RawSse.Server.Stores.Redis;

/// <summary>
/// The masters of a cluster by slot. Channels live with the server that holds their slot; when another one does, whatever the
/// reason, they are subscribed there and looked at as after a failover. Home shard's thread.
/// </summary>
internal sealed class ClusterServers : RedisServers
{
    private const long IdleMsMax = 10_000;

    private readonly RedisStore _store;
    private readonly ClusterScout _scout;
    private readonly RedisServer?[] _owners = new RedisServer?[ClusterMap.Slots];
    private readonly List<RedisServer> _all = [];
    private bool _isChanged;

    public ClusterServers(RedisStore store)
    {
        _store = store;
        _scout = new ClusterScout(store, this);
    }

    public override IReadOnlyList<RedisServer> All => _all;

    /// <summary>A part may be away: that is told for each channel.</summary>
    public override bool IsUp => _all.Exists(static server => server.IsUp);

    public override int SlotOf(ReadOnlySpan<byte> channel) => ClusterMap.SlotOf(channel);

    public override RedisServer? Of(int slot) => _owners[slot];

    public override RedisServer At(RedisEndpoint endpoint)
    {
        RedisServer? known = _all.Find(server => server.Endpoint == endpoint);
        if (known is not null)
        {
            known.IdleSinceMs = 0;
            return known;
        }
        var added = new RedisServer(_store, new FixedMaster(endpoint), endpoint);
        _all.Add(added);
        return added;
    }

    public override void OnMoved(int slot, RedisEndpoint owner)
    {
        _scout.Hurry();
        Own(slot, At(owner));
    }

    public override void OnLetGo() => _scout.Hurry();

    /// <summary>What a node of the cluster says. A slot that it leaves out stays with whoever held it.</summary>
    public void Apply(List<SlotRange> ranges)
    {
        foreach (SlotRange range in ranges)
        {
            RedisServer owner = At(range.Owner);
            for (int slot = range.First; slot <= range.Last; slot++)
                Own(slot, owner);
        }
    }

    public override void Tick()
    {
        base.Tick();
        if (_isChanged)
        {
            _isChanged = false;
            MoveChannels();
        }
        Retire();
        if (_all.Exists(static server => !server.IsUp))
            _scout.Hurry();
        _scout.Tick();
    }

    public override void Flush()
    {
        base.Flush();
        _scout.Flush();
    }

    public override void Dispose()
    {
        base.Dispose();
        _scout.Dispose();
    }

    private void Own(int slot, RedisServer owner)
    {
        if (ReferenceEquals(_owners[slot], owner))
            return;
        if (_owners[slot] is not null)
            _store.Publishes.Hold();
        _owners[slot] = owner;
        _isChanged = true;
    }

    private void MoveChannels()
    {
        for (int i = _all.Count - 1; i >= 0; i--)
        {
            SubscriptionSet channels = _all[i].Channels;
            for (int place = channels.Count - 1; place >= 0; place--)
            {
                // Resuming one may close others, which takes the last one's place.
                if (place < channels.Count && !ReferenceEquals(_owners[channels[place].Slot], _all[i]))
                    _store.Move(channels[place]);
            }
        }
    }

    /// <summary>Lets go of servers that hold nothing any more and owe nobody an answer.</summary>
    private void Retire()
    {
        for (int i = _all.Count - 1; i >= 0; i--)
        {
            RedisServer server = _all[i];
            if (server.Channels.Count > 0 || server.Commands.Pending > 0 || server.Publishes.Pending > 0 || _owners.Contains(server))
            {
                server.IdleSinceMs = 0;
                continue;
            }
            // A slot that is on its way to it asks for it again and again before it is its own.
            if (server.IdleSinceMs == 0)
                server.IdleSinceMs = Math.Max(1, _store.NowMs);
            if (_store.NowMs - server.IdleSinceMs < IdleMsMax)
                continue;
            server.Break("it holds no slots any more");
            server.Dispose();
            _all.Remove(server);
            _store.OnServersChanged();
        }
    }
}
