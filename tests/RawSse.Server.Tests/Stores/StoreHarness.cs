using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using RawSse.Server.Channels;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Embedded;

namespace RawSse.Server.Tests.Stores;

/// <summary>An embedded store whose answers come back as return values.</summary>
internal sealed class StoreHarness : IStoreClient, IDisposable
{
    private AppendResult _appended;
    private StreamExtent _extent;
    private Segment? _frames;

    public StoreHarness(int lengthMax = 10_000, long bytesMax = 16 << 20, int ttlSeconds = 86_400, long memory = long.MaxValue)
    {
        Budget = new MemoryBudget(memory);
        Store = new EmbeddedStore(this, new Retention(lengthMax, bytesMax, TimeSpan.FromSeconds(ttlSeconds)), Budget, Clock);
    }

    public WallClock Clock { get; } = new();

    public MemoryBudget Budget { get; }

    public EmbeddedStore Store { get; }

    public AppendResult Append(string channel, string data = "x", string key = "")
    {
        Store.Append(new NewEvent(Utf8(channel), [], Utf8(data)), Utf8(key), this);
        return _appended;
    }

    public EventId Add(string channel, string data = "x")
    {
        AppendResult result = Append(channel, data);
        Assert.That(result.Status, Is.EqualTo(AppendStatus.Stored));
        return result.Id;
    }

    public StreamExtent Locate(string channel, StartPoint start)
    {
        Store.Locate(Name(channel), start, this);
        return _extent;
    }

    /// <summary>The ids of one page.</summary>
    public List<EventId> Read(string channel, EventId after, EventId? until = null)
    {
        Store.Read(Name(channel), after, until ?? EventId.Max, this);
        var ids = new List<EventId>();
        if (_frames is not { } frames)
            return ids;
        for (int i = 0; i < frames.Count; i++)
            ids.Add(frames.IdAt(i));
        Assert.That(SseFrame.Count(frames.Slice(0, frames.Used)), Is.EqualTo(frames.Count));
        frames.Free();
        return ids;
    }

    public StreamExtent? Peek(string channel) => Store.Peek(Utf8(channel));

    public void Dispose() => Store.Dispose();

    void IStoreClient.OnOpened(Channel channel, EventId lastId) => throw new NotSupportedException();

    void IStoreClient.OnAppended(object request, scoped in AppendResult result, ReadOnlySpan<byte> frame)
    {
        _appended = result;
        Assert.That(frame.IsEmpty, Is.EqualTo(result.Status != AppendStatus.Stored));
    }

    void IStoreClient.OnLocated(object request, in StreamExtent extent) => _extent = extent;

    void IStoreClient.OnRead(object request, in ReadResult result, Segment? frames) => (_extent, _frames) = (result.Extent, frames);

    void IStoreClient.OnUnanswered(object request) => throw new NotSupportedException();

    void IStoreClient.OnAnnounced(Channel channel, scoped in Announcement announcement) => throw new NotSupportedException();

    void IStoreClient.OnResumed(Channel channel, bool isNewHistory) => throw new NotSupportedException();

    void IStoreClient.OnVerified(Channel channel, bool isLast) => throw new NotSupportedException();

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static ChannelName Name(string channel) =>
        ChannelName.TryCreate(Utf8(channel), out ChannelName? name, out _) ? name : throw new ArgumentException(channel);
}
