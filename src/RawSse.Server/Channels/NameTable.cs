using RawSse.Protocol.Ids;

namespace RawSse.Server.Channels;

/// <summary>Something found by its channel's name; it carries the link of its bucket itself.</summary>
internal interface INamed<TItem>
    where TItem : class
{
    ChannelName Name { get; }

    TItem? NextInBucket { get; set; }
}

/// <summary>
/// Items by channel name: a hash table that costs 8–16 B an item, where a dictionary costs 28–56, since there may be one
/// item for each of a million users. Hashes are seeded by process. One thread.
/// </summary>
internal sealed class NameTable<TItem>
    where TItem : class, INamed<TItem>
{
    private TItem?[] _buckets = new TItem?[16];

    public int Count { get; private set; }

    public TItem? Find(ReadOnlySpan<byte> name) => Find(name, ChannelNameComparer.Instance.GetHashCode(name));

    public TItem? Find(ChannelName name) => Find(name.Bytes, name.GetHashCode());

    /// <summary>Adds an item whose name is not in the table.</summary>
    public void Add(TItem item)
    {
        if (Count == _buckets.Length)
            Grow();
        Link(item);
        Count++;
    }

    public void Remove(TItem item)
    {
        ref TItem? link = ref _buckets[BucketOf(item.Name.GetHashCode())];
        if (ReferenceEquals(link, item))
        {
            link = item.NextInBucket;
        }
        else
        {
            TItem? before = link;
            while (before is not null && !ReferenceEquals(before.NextInBucket, item))
                before = before.NextInBucket;
            Invariant.Must(before is not null, "an item is removed once");
            before.NextInBucket = item.NextInBucket;
        }
        item.NextInBucket = null;
        Count--;
    }

    private TItem? Find(ReadOnlySpan<byte> name, int hash)
    {
        TItem? item = _buckets[BucketOf(hash)];
        while (item is not null && !(item.Name.GetHashCode() == hash && item.Name.Bytes.SequenceEqual(name)))
            item = item.NextInBucket;
        return item;
    }

    private int BucketOf(int hash) => hash & (_buckets.Length - 1);

    private void Link(TItem item)
    {
        ref TItem? bucket = ref _buckets[BucketOf(item.Name.GetHashCode())];
        item.NextInBucket = bucket;
        bucket = item;
    }

    private void Grow()
    {
        TItem?[] old = _buckets;
        _buckets = new TItem?[old.Length * 2];
        foreach (TItem? first in old)
        {
            for (TItem? item = first; item is not null;)
            {
                TItem? next = item.NextInBucket;
                Link(item);
                item = next;
            }
        }
    }
}
