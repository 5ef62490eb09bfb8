using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Embedded;

namespace RawSse.Bench.Micro;

/// <summary>An embedded store with a node's default retention, and its client that keeps the last answer. One thread.</summary>
internal sealed class StoreRig : IStoreClient, IDisposable
{
    private readonly EmbeddedStore _store;
    private readonly ChannelName _name;
    private AppendResult _result;

    private StoreRig()
    {
        var retention = new Retention(LengthMax: 10_000, BytesMax: 16 << 20, TimeSpan.FromHours(24));
        _store = new EmbeddedStore(this, retention, new MemoryBudget(long.MaxValue), TimeProvider.System);
        _name = ChannelName.TryCreate("news"u8, out ChannelName? name, out _) ? name : throw new InvalidOperationException();
    }

    public static StoreRig Start() => new();

    public EventId Publish()
    {
        _store.Append(new NewEvent(_name.Bytes, MicroEvent.Type, MicroEvent.Data, _name), [], this);
        Invariant.Must(_result.Status == AppendStatus.Stored, "an event is stored");
        return _result.Id;
    }

    public void Dispose() => _store.Dispose();

    void IStoreClient.OnAppended(object request, scoped in AppendResult result, ReadOnlySpan<byte> frame) => _result = result;

    void IStoreClient.OnOpened(Channel channel, EventId lastId) => throw new NotSupportedException();

    void IStoreClient.OnLocated(object request, in StreamExtent extent) => throw new NotSupportedException();

    void IStoreClient.OnRead(object request, in ReadResult result, Segment? frames) => throw new NotSupportedException();

    void IStoreClient.OnUnanswered(object request) => throw new NotSupportedException();

    void IStoreClient.OnAnnounced(Channel channel, scoped in Announcement announcement) => throw new NotSupportedException();

    void IStoreClient.OnResumed(Channel channel, bool isNewHistory) => throw new NotSupportedException();

    void IStoreClient.OnVerified(Channel channel, bool isLast) => throw new NotSupportedException();
}
