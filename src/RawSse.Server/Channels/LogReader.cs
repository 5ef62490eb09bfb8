namespace RawSse.Server.Channels;

/// <summary>
/// One shard's claim on a channel's log. <see cref="LowWater"/> is written by that shard alone: it promises to read only
/// at or above it, and the home shard frees only below every reader's mark and every pin. That is the whole of
/// reclamation: no epochs, no counts on the hot path (docs/adr/0003).
/// </summary>
internal abstract class LogReader : WorkItem
{
    /// <summary>The mark of a reader without subscribers.</summary>
    public const long Nothing = long.MaxValue;

    private long _lowWater = Nothing;

    /// <summary>The shard that reads.</summary>
    public abstract int Shard { get; }

    /// <summary>Subscribers that the home shard granted and that were not given back. Home shard only.</summary>
    public int Granted { get; set; }

    public long LowWater
    {
        get => Volatile.Read(ref _lowWater);
        protected set => Volatile.Write(ref _lowWater, value);
    }

    /// <summary>Called by the home shard after the head moved: the reader's shard is to sweep.</summary>
    public abstract void HeadMoved();
}
