using System.Buffers;
using System.Text.Json;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Shards;
using RawSse.Server.Stores;

namespace RawSse.Server.Http;

/// <summary>
/// Looks at the channels of all shards, one shard's turn after the other, and answers with a page of them. Each shard is
/// held up for as long as it takes to look at its names once.
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
        if (_isOne)
            TakeOne(feeds[_next]);
        else
            TakeAll(feeds[_next]);
        _next++;
        Mailbox next = _next < feeds.Length ? feeds[_next].Mailbox : _asker.Mailbox;
        next.Post(this);
    }

    private void TakeOne(Feed.Feed feed)
    {
        if (feed.Find(_prefix) is not null || feed.Store.Peek(_prefix) is not null)
            _entries.Add(Describe(feed, _prefix));
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
            _entries.Add(Describe(feed, name.Bytes));
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

    private static Entry Describe(Feed.Feed feed, ReadOnlySpan<byte> name)
    {
        Channel? channel = feed.Find(name);
        StreamExtent extent = feed.Store.Peek(name) ?? default;
        return new Entry(name.ToArray(), channel?.Subscribers ?? 0, extent, (channel?.Log?.Bytes ?? 0) + feed.Store.BytesOf(name));
    }

    private void Write(HttpExchange exchange)
    {
        _entries.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        if (_isOne && _entries.Count == 0)
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

    private readonly record struct Entry(byte[] Name, int Subscribers, StreamExtent Extent, long Bytes);
}
