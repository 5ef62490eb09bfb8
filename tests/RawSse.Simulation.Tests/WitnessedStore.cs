using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Simulation.Tests;

/// <summary>Stands between a feed and its store and writes each confirmed event into the ledger before anybody hears of it.</summary>
internal sealed class WitnessedStore : IStore, IStoreClient
{
    private readonly IStoreClient _client;
    private readonly Ledger _ledger;
    private readonly IStore _inner;
    private byte[] _channel = [];
    private Ledger.Entry _entry = new(default, "", "");

    public WitnessedStore(IStoreClient client, Ledger ledger, Func<IStoreClient, IStore> create)
    {
        _client = client;
        _ledger = ledger;
        _inner = create(this);
    }

    public bool IsUp => _inner.IsUp;

    public bool IsLocal => _inner.IsLocal;

    public IEnumerable<ChannelName> Channels => _inner.Channels;

    public bool IsReachable(ChannelName channel) => _inner.IsReachable(channel);

    public void Open(Channel channel) => _inner.Open(channel);

    public void Close(Channel channel) => _inner.Close(channel);

    public void Verify(Channel channel, EventId lastId, bool extendsExpiry) => _inner.Verify(channel, lastId, extendsExpiry);

    public void Flush() => _inner.Flush();

    public void Append(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, object request)
    {
        _channel = newEvent.Channel.ToArray();
        string data = Encoding.UTF8.GetString(newEvent.Data).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _entry = new Ledger.Entry(default, Encoding.UTF8.GetString(newEvent.Type), data);
        _inner.Append(newEvent, key, request);
    }

    public void Locate(ChannelName channel, StartPoint start, object request) => _inner.Locate(channel, start, request);

    public void Read(ChannelName channel, EventId after, EventId until, object request) => _inner.Read(channel, after, until, request);

    public long BytesOf(ReadOnlySpan<byte> channel) => _inner.BytesOf(channel);

    public StreamExtent? Peek(ReadOnlySpan<byte> channel) => _inner.Peek(channel);

    public void Tick() => _inner.Tick();

    public void Relieve() => _inner.Relieve();

    public void Dispose() => _inner.Dispose();

    void IStoreClient.OnOpened(Channel channel, EventId lastId) => _client.OnOpened(channel, lastId);

    void IStoreClient.OnAppended(object request, scoped in AppendResult result, ReadOnlySpan<byte> frame)
    {
        if (result.Status == AppendStatus.Stored)
        {
            Ledger.History history = _ledger.Of(_channel);
            history.Store = this;
            history.Add(_entry with { Id = result.Id }, startsAnew: _inner.Peek(_channel) is { EntriesAdded: 1 });
        }
        _client.OnAppended(request, result, frame);
    }

    void IStoreClient.OnLocated(object request, in StreamExtent extent) => _client.OnLocated(request, extent);

    void IStoreClient.OnRead(object request, in ReadResult result, Segment? frames) => _client.OnRead(request, result, frames);

    void IStoreClient.OnUnanswered(object request) => _client.OnUnanswered(request);

    void IStoreClient.OnAnnounced(Channel channel, scoped in Announcement announcement) => _client.OnAnnounced(channel, announcement);

    void IStoreClient.OnResumed(Channel channel, bool isNewHistory) => _client.OnResumed(channel, isNewHistory);

    void IStoreClient.OnVerified(Channel channel, bool isLast) => _client.OnVerified(channel, isLast);
}
