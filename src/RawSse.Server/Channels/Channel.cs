using RawSse.Protocol.Ids;

namespace RawSse.Server.Channels;

/// <summary>
/// A named stream as this node knows it: its log, who reads it, and its cached pages. Owned by its home shard; other
/// shards only read the log through their <see cref="LogReader"/>.
/// </summary>
internal sealed class Channel(ChannelName name, int home) : INamed<Channel>
{
    /// <summary>The control of the test of reclamation: with it, freed memory must be seen to be read.</summary>
    internal static bool IgnoresReadersForTests;

    // Nearly every channel has readers on one shard only.
    private LogReader? _reader;
    private List<LogReader>? _moreReaders;
    private List<long>? _pins;
    private List<Page>? _pages;
    private List<WorkItem>? _waiting;
    private bool _isAway;

    public ChannelName Name { get; } = name;

    public Channel? NextInBucket { get; set; }

    /// <summary>The shard that owns it.</summary>
    public int Home { get; } = home;

    /// <summary>Null until the store has said where the channel stands.</summary>
    public Log? Log { get; private set; }

    /// <summary>Place in the home shard's list of channels.</summary>
    public int Index { get; set; } = -1;

    /// <summary>When something was appended last, or somebody left, ms.</summary>
    public long LastUsedMs { get; set; }

    /// <summary>When a subscriber left last, ms: what is appended does not keep a channel that nobody is subscribed to.</summary>
    public long UnusedSinceMs { get; set; }

    public int Subscribers { get; private set; }

    public bool IsUnused => Subscribers == 0;

    /// <summary>Nobody finds it any more; a request that was on its way when its asker left may still name it.</summary>
    public bool IsClosed { get; private set; }

    public bool IsUnpinned => _pins is not { Count: > 0 };

    /// <summary>What the log may lack; null while nothing is known to be missing.</summary>
    public Hole? Hole { get; set; }

    /// <summary>The log may hold what the store has lost, until it has been compared.</summary>
    public bool IsInDoubt => Hole is { IsNewHistory: true };

    /// <summary>A page of history is being read: others wait, since it may be theirs.</summary>
    public bool IsPageAsked { get; set; }

    /// <summary>The last id is being compared with the store's.</summary>
    public bool IsVerifying { get; set; }

    /// <summary>Events came that no doorbell told whole: somebody adds to the stream by hand.</summary>
    public bool HasForeignEvents { get; set; }

    /// <summary>Since when the store cannot be asked about it, ms; 0: it can.</summary>
    public long UnreachableSinceMs { get; set; }

    /// <summary>The store has been away for longer than streams are kept. Set by the home shard, read by all.</summary>
    public bool IsAway
    {
        get => Volatile.Read(ref _isAway);
        set => Volatile.Write(ref _isAway, value);
    }

    public bool HasWaiting => _waiting is not null;

    /// <summary>Since when requests wait for the channel to open or to be compared, ms; 0: none does.</summary>
    public long StuckSinceMs { get; set; }

    public LogReader? ReaderOf(int shard)
    {
        if (_reader?.Shard == shard)
            return _reader;
        return _moreReaders?.Find(reader => reader.Shard == shard);
    }

    public void Open(EventId lastId, SegmentPool pool)
    {
        Invariant.Must(Log is null, "a channel is opened once");
        Log = new Log(lastId, pool);
    }

    public void Append(ReadOnlySpan<byte> frame, EventId id)
    {
        Log!.Append(frame, id);
        Ring();
    }

    /// <summary>Encodes an event right into the log.</summary>
    public void Append(EventId id, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Log!.Append(id, type, data);
        Ring();
    }

    /// <summary>Puts a gap event before what is appended next: each subscriber reads it in its turn.</summary>
    public void AppendGap(ReadOnlySpan<byte> frame, EventId id)
    {
        Log!.AppendGap(frame, id);
        Ring();
    }

    /// <summary>The store lost what it had announced after <paramref name="id"/>: the log goes on from there.</summary>
    public void Rewind(EventId id) => Log!.Rewind(id);

    /// <summary>Keeps a request until the log is there, or has caught up, or the store is back.</summary>
    public void Wait(WorkItem request) => (_waiting ??= new(1)).Add(request);

    public List<WorkItem> TakeWaiting()
    {
        List<WorkItem> waiting = _waiting ?? [];
        _waiting = null;
        return waiting;
    }

    private void Ring()
    {
        Ring(_reader);
        if (_moreReaders is null)
            return;
        foreach (LogReader reader in _moreReaders)
            Ring(reader);
    }

    /// <summary>Counts one more subscriber for <paramref name="reader"/>. A reader stays as long as the channel, at most one a shard.</summary>
    public void Grant(LogReader reader)
    {
        if (_reader is null)
            _reader = reader;
        else if (!ReferenceEquals(_reader, reader) && _moreReaders?.Contains(reader) != true)
            (_moreReaders ??= new(1)).Add(reader);
        reader.Granted++;
        Subscribers++;
    }

    public void Release(LogReader reader, int count)
    {
        Invariant.Must(reader.Granted >= count, "a subscriber is given back once");
        reader.Granted -= count;
        Subscribers -= count;
    }

    /// <summary>Keeps <paramref name="position"/> readable while its grant is on the way to another shard.</summary>
    public void Pin(long position) => (_pins ??= new(1)).Add(position);

    public void Unpin(long position)
    {
        bool removed = _pins!.Remove(position);
        Invariant.Must(removed, "a pin is removed once");
    }

    /// <summary>Frees what nobody reads and retention does not keep.</summary>
    public void Trim(long bytesKept)
    {
        Log!.Trim(IgnoresReadersForTests ? Log.Head : LowWater(), bytesKept);
    }

    public void AddPage(Page page) => (_pages ??= new(1)).Add(page);

    /// <summary>A cached page with what follows <paramref name="id"/>.</summary>
    public Page? FindPage(EventId id, out int offset)
    {
        offset = 0;
        if (_pages is null)
            return null;
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
        if (_pages is null)
            return start;
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
        if (_pages is null)
            return;
        for (int i = _pages.Count - 1; i >= 0; i--)
        {
            if (_pages[i].UsedAtMs > beforeMs)
                continue;
            _pages[i].LetGo();
            _pages.RemoveAt(i);
        }
        if (_pages.Count == 0)
            _pages = null;
    }

    public void Close()
    {
        Invariant.Must(IsUnused && IsUnpinned, "only an unused channel is closed");
        IsClosed = true;
        DropPages(long.MaxValue);
        Log?.Free();
    }

    /// <summary>Frees everything when the whole node stops and no shard runs any more.</summary>
    public void Abandon()
    {
        DropPages(long.MaxValue);
        Log?.Free();
    }

    private static void Ring(LogReader? reader)
    {
        if (reader is { Granted: > 0 })
            reader.HeadMoved();
    }

    /// <summary>Below this nobody reads any more.</summary>
    private long LowWater()
    {
        long lowWater = Log!.Head;
        if (_reader is not null)
            lowWater = Math.Min(lowWater, _reader.LowWater);
        if (_moreReaders is not null)
        {
            foreach (LogReader reader in _moreReaders)
                lowWater = Math.Min(lowWater, reader.LowWater);
        }
        if (_pins is not null)
        {
            foreach (long pin in _pins)
                lowWater = Math.Min(lowWater, pin);
        }
        return lowWater;
    }
}
