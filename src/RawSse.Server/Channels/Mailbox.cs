namespace RawSse.Server.Channels;

/// <summary>
/// What other threads ask of one shard: many post, the owner drains. Posting never blocks or allocates and wakes the
/// owner only when it sleeps, at most once a batch.
/// </summary>
internal sealed class Mailbox
{
    private WorkItem? _newest;
    private int _sleeping;

    /// <summary>Ends the owner's sleep; set once, before the owner runs.</summary>
    public Action Wake { get; set; } = static () => { };

    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    /// <summary>Any thread. Items of one poster run in the order they were posted.</summary>
    public void Post(WorkItem item)
    {
        WorkItem? newest = Volatile.Read(ref _newest);
        while (true)
        {
            item.NextInMailbox = newest;
            WorkItem? seen = Interlocked.CompareExchange(ref _newest, item, newest);
            if (ReferenceEquals(seen, newest))
                break;
            newest = seen;
        }
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0)
            Wake();
    }

    /// <summary>Runs what was posted before the call. Owner only.</summary>
    /// <returns>whether there was anything</returns>
    public bool Drain()
    {
        if (IsEmpty)
            return false;
        WorkItem? item = InOrder(Interlocked.Exchange(ref _newest, null));
        while (item is not null)
        {
            WorkItem? next = item.NextInMailbox;
            item.NextInMailbox = null;
            item.Run();
            item = next;
        }
        return true;
    }

    /// <summary>Announces that the owner is about to wait. False: something was posted, don't. Owner only.</summary>
    public bool TrySleep()
    {
        // Full fence between the announcement and the look: either we see the item or its poster sees us asleep.
        Interlocked.Exchange(ref _sleeping, 1);
        if (IsEmpty)
            return true;
        Volatile.Write(ref _sleeping, 0);
        return false;
    }

    public void Awake() => Volatile.Write(ref _sleeping, 0);

    private static WorkItem? InOrder(WorkItem? newest)
    {
        WorkItem? oldest = null;
        while (newest is not null)
        {
            WorkItem? next = newest.NextInMailbox;
            newest.NextInMailbox = oldest;
            oldest = newest;
            newest = next;
        }
        return oldest;
    }
}
