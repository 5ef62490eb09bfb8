using RawSse.Protocol.Ids;

namespace RawSse.Server.Channels;

/// <summary>
/// What a channel needs beyond its log and its readers: pages of history, requests that wait, what a store elsewhere may know
/// better. A channel at ease has none. Home shard only, but for <see cref="IsAway"/>.
/// </summary>
internal sealed class ChannelState
{
    private readonly List<Page> _pages = new(1);
    private List<WorkItem>? _waiting;
    private bool _isAway;

    /// <summary>What the log may lack; null while nothing is known to be missing.</summary>
    public Hole? Hole { get; set; }

    /// <summary>A page of history is being read: others wait, since it may be theirs.</summary>
    public bool IsPageAsked { get; set; }

    /// <summary>Since when the store cannot be asked about the channel, ms; 0: it can.</summary>
    public long UnreachableSinceMs { get; set; }

    /// <summary>Since when requests wait for the channel to open or to be compared, ms; 0: none does.</summary>
    public long StuckSinceMs { get; set; }

    /// <summary>The store has been away for longer than streams are kept. Set by the home shard, read by all.</summary>
    public bool IsAway
    {
        get => Volatile.Read(ref _isAway);
        set => Volatile.Write(ref _isAway, value);
    }

    public bool HasWaiting => _waiting is not null;

    /// <summary>Among those who wait is one who has more than the log: the next append is news for them.</summary>
    public bool IsAhead { get; set; }

    /// <summary>There is nothing in it that is not so for a channel without one.</summary>
    public bool IsBlank =>
        _pages.Count == 0 && _waiting is null && Hole is null && !IsPageAsked
        && UnreachableSinceMs == 0 && StuckSinceMs == 0 && !_isAway;

    /// <summary>Keeps a request until the log is there, or has caught up, or the store is back.</summary>
    public void Wait(WorkItem request) => (_waiting ??= new(1)).Add(request);

    public List<WorkItem> TakeWaiting()
    {
        List<WorkItem> waiting = _waiting ?? [];
        _waiting = null;
        IsAhead = false;
        return waiting;
    }

    public void AddPage(Page page) => _pages.Add(page);

    /// <summary>A cached page with what follows <paramref name="id"/>.</summary>
    public Page? FindPage(EventId id, out int offset)
    {
        offset = 0;
        foreach (Page page in _pages)
        {
            if (page.TryFindAfter(id, out offset))
                return page;
        }
        return null;
    }

    /// <summary>Where the nearest cached page after <paramref name="id"/> begins: a read may end there.</summary>
    public EventId NextPageStart(EventId id)
    {
        EventId start = EventId.Max;
        foreach (Page page in _pages)
        {
            if (page.After > id && page.After < start)
                start = page.After;
        }
        return start;
    }

    /// <summary>Forgets pages that nobody asked for since <paramref name="beforeMs"/>.</summary>
    public void DropPages(long beforeMs)
    {
        for (int i = _pages.Count - 1; i >= 0; i--)
        {
            if (_pages[i].UsedAtMs > beforeMs)
                continue;
            _pages[i].LetGo();
            _pages.RemoveAt(i);
        }
    }
}
