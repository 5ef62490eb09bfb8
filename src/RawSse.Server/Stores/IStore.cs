using RawSse.Protocol.Ids;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores;

/// <summary>
/// The durable source of the channels that one shard is home to. Called on that shard's thread only; each call is answered
/// by exactly one call of <see cref="IStoreClient"/> on the same thread, at once or in a later turn.
/// </summary>
/// <remarks>
/// The store's order is the truth. An answer is consistent with every append that was announced before it. Spans are
/// used during the call only.
/// </remarks>
internal interface IStore : IDisposable
{
    /// <summary>Whether publishes and reads can be answered now.</summary>
    bool IsUp { get; }

    /// <summary>
    /// Whether reading history costs no more than memory does. Then a log need not keep what no subscriber waits for.
    /// </summary>
    bool IsLocal { get; }

    /// <summary>From the answer on, every event of the channel is announced.</summary>
    void Open(Channel channel);

    /// <summary>Adds an event. <paramref name="key"/>: idempotency key, empty for none.</summary>
    void Append(scoped in NewEvent newEvent, ReadOnlySpan<byte> key, object request);

    /// <summary>Finds where a stream starts.</summary>
    void Locate(ChannelName channel, StartPoint start, object request);

    /// <summary>
    /// Reads a page of what follows <paramref name="after"/>, up to and including <paramref name="until"/>, of at most
    /// <see cref="Page.BytesMax"/> bytes or one frame.
    /// </summary>
    void Read(ChannelName channel, EventId after, EventId until, object request);

    /// <summary>The stored stream's extent without answering through the client; null: no stream, or not known here.</summary>
    StreamExtent? Peek(ReadOnlySpan<byte> channel);

    /// <summary>Bytes of memory that this node holds for the stored stream; 0 where the store is elsewhere.</summary>
    long BytesOf(ReadOnlySpan<byte> channel);

    /// <summary>Names of stored channels, in no order. Empty where the store is not enumerable.</summary>
    IEnumerable<ChannelName> Channels { get; }

    /// <summary>Expires and evicts; called every few hundred ms.</summary>
    void Tick();

    /// <summary>Frees the coldest history until the budget holds again.</summary>
    void Relieve();
}

/// <summary>Takes the answers of a store. Called on the home shard's thread.</summary>
internal interface IStoreClient
{
    void OnOpened(Channel channel, EventId lastId);

    /// <param name="frame">the event's frame when the store has it at hand; valid during the call</param>
    void OnAppended(object request, scoped in AppendResult result, ReadOnlySpan<byte> frame);

    void OnLocated(object request, in StreamExtent extent);

    /// <param name="frames">what was read, now the client's; null when nothing follows</param>
    void OnRead(object request, in StreamExtent extent, Segment? frames);
}

/// <summary>An event to be stored: valid channel and type (empty: none), UTF-8 data; the frame fits its bound.</summary>
internal readonly ref struct NewEvent(
    ReadOnlySpan<byte> channel, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ChannelName? name = null)
{
    /// <summary>The channel as an object, where there is one to be shared.</summary>
    public readonly ChannelName? Name = name;
    public readonly ReadOnlySpan<byte> Channel = channel;
    public readonly ReadOnlySpan<byte> Type = type;
    public readonly ReadOnlySpan<byte> Data = data;
}

internal enum AppendStatus : byte
{
    /// <summary>The store holds it, under <see cref="AppendResult.Id"/>.</summary>
    Stored,
    /// <summary>The same key and data were stored before; nothing was added.</summary>
    Repeated,
    /// <summary>The key was used for other data.</summary>
    KeyConflict,
    /// <summary>Not stored: memory is used up and no history is left to drop.</summary>
    OutOfMemory,
    /// <summary>It may or may not be stored.</summary>
    Unconfirmed,
}

internal readonly record struct AppendResult(AppendStatus Status, EventId Id);

/// <summary>What a stored stream holds, and where an id falls in it.</summary>
/// <param name="Exists">false: there is no stream; everything else is 0</param>
/// <param name="Oldest">id of the first entry held (0-0 when none)</param>
/// <param name="Newest">id of the last entry ever added</param>
/// <param name="Length">entries held</param>
/// <param name="EntriesAdded">entries ever added</param>
/// <param name="Floor">
/// Locate: the greatest entry held that is not above the asked id (0-0 when none); for <see cref="StartKind.Last"/> the
/// entry before the last N. Read: the asked id when it is held
/// </param>
internal readonly record struct StreamExtent(
    bool Exists, EventId Oldest, EventId Newest, long Length, long EntriesAdded, EventId Floor)
{
    /// <summary>Whether entries were added before the oldest one held.</summary>
    public bool IsTrimmed => EntriesAdded > Length;
}
