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
    private ChannelState? _state;

    // A byte: there are no more shards than that.
    private readonly byte _home = checked((byte)home);

    public ChannelName Name { get; } = name;

    public Channel? NextInBucket { get; set; }

    /// <summary>The shard that owns it.</summary>
    public int Home => _home;

    /// <summary>Null until the store has said where the channel stands.</summary>
    public Log? Log { get; private set; }

    /// <summary>Place in the home shard's list of channels.</summary>
    public int Index { get; set; } = -1;

    /// <summary>
    /// When something was appended for somebody, or somebody left, in ms of the shard's clock modulo 2^32. What is appended for
    /// nobody does not keep a channel.
    /// </summary>
    public uint LastUsedMs { get; set; }

    public int Subscribers { get; private set; }

    public bool IsUnused => Subscribers == 0;

    /// <summary>Nobody finds it any more; a request that was on its way when its asker left may still name it.</summary>
    public bool IsClosed { get; private set; }

    public bool IsUnpinned => _pins is not { Count: > 0 };

    /// <summary>The last id is being compared with the store's. Here and not in <see cref="State"/>, since that comes to every channel.</summary>
    public bool IsVerifying { get; set; }

    /// <summary>Events came that no doorbell told whole: somebody adds to the stream by hand.</summary>
    public bool HasForeignEvents { get; set; }

    /// <summary>What it needs beyond its log, made when it is first needed.</summary>
    public ChannelState State => _state ?? MakeState();

    /// <summary>The same, if it has been needed.</summary>
    public ChannelState? StateOrNull => _state;

    /// <summary>What the log may lack; null while nothing is known to be missing.</summary>
    public Hole? Hole => _state?.Hole;

    /// <summary>The log may hold what the store has lost, until it has been compared.</summary>
    public bool IsInDoubt => Hole is { IsNewHistory: true };

    /// <summary>A page of history is being read.</summary>
    public bool IsPageAsked => _state is { IsPageAsked: true };

    public bool HasWaiting => _state is { HasWaiting: true };

    /// <inheritdoc cref="ChannelState.IsAhead"/>
    public bool HasAhead => _state is { IsAhead: true };

    /// <summary>The store has been away for longer than streams are kept. Any shard.</summary>
    public bool IsAway => Volatile.Read(ref _state) is { IsAway: true };

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

    /// <summary>A cached page with what follows <paramref name="id"/>.</summary>
    public Page? FindPage(EventId id, out int offset)
    {
        offset = 0;
        return _state?.FindPage(id, out offset);
    }

    /// <summary>Forgets pages that nobody asked for since <paramref name="beforeMs"/>, and a state that says nothing any more.</summary>
    public void DropPages(long beforeMs)
    {
        if (_state is not { } state)
            return;
        state.DropPages(beforeMs);
        if (state.IsBlank)
            _state = null;
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

    private ChannelState MakeState()
    {
        var state = new ChannelState();
        Volatile.Write(ref _state, state);
        return state;
    }

    private void Ring()
    {
        Ring(_reader);
        if (_moreReaders is null)
            return;
        foreach (LogReader reader in _moreReaders)
            Ring(reader);
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
