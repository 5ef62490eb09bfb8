using System.Buffers;
using System.Text.Json;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Shards;
using RawSse.Server.Stores;

namespace RawSse.Server.Http;

/// <summary>
/// Looks at the channels of all shards, one shard's turn after the other, and answers with a page of them. Each shard is
/// held up for as long as it takes to look at its names once. A store elsewhere is asked for what it holds of them.
/// </summary>
internal sealed class ChannelCensus : WorkItem
{
    private readonly Shard _asker;
    private readonly byte[] _prefix;
    private readonly byte[] _after;
    private readonly int _limit;
    private readonly bool _isOne;
    private readonly List<Entry> _entries = [];
    private ulong _token;
    private int _next;
    private int _unanswered;

    /// <summary>A page of the channels that start with <paramref name="prefix"/> and come after <paramref name="after"/>.</summary>
    public ChannelCensus(Shard asker, byte[] prefix, byte[] after, int limit) =>
        (_asker, _prefix, _after, _limit) = (asker, prefix, after, limit);

    /// <summary>One channel.</summary>
    public ChannelCensus(Shard asker, byte[] name)
        : this(asker, name, [], 1) => _isOne = true;

    public void Start(ulong token)
    {
        _token = token;
        _asker.Node.Feeds[0].Mailbox.Post(this);
    }

    public override void Run()
    {
        Feed.Feed[] feeds = _asker.Node.Feeds;
        if (_next == feeds.Length)
        {
            _asker.Sockets.Guarded(_token, () => _asker.Requests.Answer(_token, Write));
            return;
        }
        // One for this turn itself: answers may come within it.
        _unanswered = 1;
        if (_isOne)
            TakeOne(feeds[_next]);
        else
            TakeAll(feeds[_next]);
        if (--_unanswered == 0)
            GoOn();
    }

    /// <summary>A store elsewhere has answered, or will not. Home shard.</summary>
    private void OnExtent(Entry entry, in StreamExtent extent)
    {
        entry.Extent = extent;
        if (--_unanswered == 0)
            GoOn();
    }

    private void GoOn()
    {
        Feed.Feed[] feeds = _asker.Node.Feeds;
        _next++;
        Mailbox next = _next < feeds.Length ? feeds[_next].Mailbox : _asker.Mailbox;
        next.Post(this);
    }

    private void TakeOne(Feed.Feed feed)
    {
        bool isHome = ReferenceEquals(_asker.Node.FeedOf(_prefix), feed);
        if (isHome && (feed.Find(_prefix) is not null || feed.Store.Peek(_prefix) is not null || !feed.Store.IsLocal))
            Take(feed, _prefix);
    }

    private void TakeAll(Feed.Feed feed)
    {
        // The lowest names of this shard, at most a page and one more: a bounded heap with the highest on top.
        var lowest = new PriorityQueue<ChannelName, ChannelName>(Comparer<ChannelName>.Create(static (a, b) => ChannelName.Compare(b, a)));
        foreach (Channel channel in feed.Channels)
            Consider(lowest, channel.Name);
        foreach (ChannelName name in feed.Store.Channels)
        {
            if (feed.Find(name.Bytes) is null)
                Consider(lowest, name);
        }
        while (lowest.TryDequeue(out ChannelName? name, out _))
            Take(feed, name.Bytes);
    }

    private void Consider(PriorityQueue<ChannelName, ChannelName> lowest, ChannelName name)
    {
        if (!name.Bytes.StartsWith(_prefix) || name.Bytes.SequenceCompareTo(_after) <= 0)
            return;
        if (lowest.Count <= _limit)
            lowest.Enqueue(name, name);
        else if (ChannelName.Compare(name, lowest.Peek()) < 0)
            lowest.EnqueueDequeue(name, name);
    }

    private void Take(Feed.Feed feed, ReadOnlySpan<byte> name)
    {
        Channel? channel = feed.Find(name);
        var entry = new Entry
        {
            Name = name.ToArray(),
            IsOpen = channel is not null,
            Subscribers = channel?.Subscribers ?? 0,
            Extent = feed.Store.Peek(name) ?? default,
            Bytes = (channel?.Log?.Bytes ?? 0) + feed.Store.BytesOf(name),
        };
        _entries.Add(entry);
        if (feed.Store.IsLocal || !ChannelName.TryCreate(name, out ChannelName? known, out _) || !feed.Store.IsReachable(known))
            return;
        _unanswered++;
        feed.Store.Locate(known, StartPoint.Now, new ExtentQuery(this, entry));
    }

    private void Write(HttpExchange exchange)
    {
        _entries.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        if (_isOne && !_entries.Exists(static entry => entry.IsOpen || entry.Extent.Exists))
        {
            _asker.Responses.Error(exchange, 404, "no_such_channel", "nobody has subscribed or published to this channel, or its history has expired");
            return;
        }
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            if (_isOne)
                WriteEntry(json, _entries[0]);
            else
                WritePage(json);
        }
        _asker.Responses.Body(exchange, 200, "application/json"u8, body.WrittenSpan);
    }

    private void WritePage(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("channels"u8);
        for (int i = 0; i < _entries.Count && i < _limit; i++)
            WriteEntry(json, _entries[i]);
        json.WriteEndArray();
        if (_entries.Count > _limit)
            json.WriteString("next"u8, _entries[_limit - 1].Name);
        else
            json.WriteNull("next"u8);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject();
        json.WriteString("channel"u8, entry.Name);
        json.WriteNumber("subscribers"u8, entry.Subscribers);
        json.WriteString("first"u8, entry.Extent.Oldest.ToString());
        json.WriteString("last"u8, entry.Extent.Newest.ToString());
        json.WriteNumber("length"u8, entry.Extent.Length);
        json.WriteNumber("bytes"u8, entry.Bytes);
        json.WriteEndObject();
    }

    private sealed class Entry
    {
        public required byte[] Name { get; init; }

        public required bool IsOpen { get; init; }

        public required int Subscribers { get; init; }

        public required StreamExtent Extent { get; set; }

        public required long Bytes { get; init; }
    }

    /// <summary>Asks a store elsewhere for one channel.</summary>
    private sealed class ExtentQuery(ChannelCensus census, Entry entry) : Feed.IExtentQuery
    {
        public void OnExtent(in StreamExtent extent) => census.OnExtent(entry, extent);
    }
}
