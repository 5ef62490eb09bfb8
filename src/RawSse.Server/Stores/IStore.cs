using RawSse.Protocol.Ids;
using RawSse.Server.Channels;

namespace RawSse.Server.Stores;

/// <summary>
/// The durable source of the channels that one shard is home to. Called on that shard's thread only; each call is answered
/// by exactly one call of <see cref="IStoreClient"/> on the same thread, at once or in a later turn.
/// </summary>
/// <remarks>
/// The store's order is the truth. An answer tells what the store held after it was asked, which may be less than what was
/// announced before the answer came. Spans are used during the call only.
/// </remarks>
internal interface IStore : IDisposable
{
    /// <summary>Whether publishes and reads can be answered now. Any thread.</summary>
    bool IsUp { get; }

    /// <summary>
    /// Whether reading history costs no more than memory does. Then a log need not keep what no subscriber waits for.
    /// </summary>
    bool IsLocal { get; }

    /// <summary>Whether this channel can be asked about now: a part of the store may be away. Also for names not open.</summary>
    bool IsReachable(ChannelName channel);

    /// <summary>
    /// From the answer on, every event of the channel is announced. While the store is away the answer waits for its return.
    /// </summary>
    void Open(Channel channel);

    /// <summary>Ends <see cref="Open"/>, answered or not: nothing is announced any more.</summary>
    void Close(Channel channel);

    /// <summary>
    /// Compares the stream's last id with <paramref name="lastId"/>. Answered in any case: where nobody can tell, that the two agree.
    /// </summary>
    /// <param name="channel">an open channel</param>
    /// <param name="lastId">the last id known of it</param>
    /// <param name="extendsExpiry">events were added by others than our script: the expiry that it set begins anew</param>
    void Verify(Channel channel, EventId lastId, bool extendsExpiry);

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

    /// <summary>Expires, evicts, looks at deadlines; called about every 100 ms.</summary>
    void Tick();

    /// <summary>Sends what was asked in this turn. Called at the end of each turn of the shard.</summary>
    void Flush();

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

    /// <param name="frames">what was read, now the client's; null when no event follows</param>
    void OnRead(object request, in ReadResult result, Segment? frames);

    /// <summary>The store went away before it answered a Locate or Read: nothing is known.</summary>
    void OnUnanswered(object request);

    /// <summary>A message rang for an open channel. Any number of times, in any order, true or false.</summary>
    void OnAnnounced(Channel channel, scoped in Announcement announcement);

    /// <summary>
    /// The channel is announced again, or may have lost announcements: what the store has after the last id known is to be read.
    /// </summary>
    /// <param name="isNewHistory">the store restarted or failed over: it may have lost what it had announced</param>
    void OnResumed(Channel channel, bool isNewHistory);

    /// <summary>Answers <see cref="IStore.Verify"/>.</summary>
    /// <param name="isLast">the two agree, or there is no stream any more</param>
    void OnVerified(Channel channel, bool isLast);
}

/// <summary>
/// What a doorbell says. Only one that names the entry before it can be appended as it is, and only when that entry is the
/// last one known; any other just says that there is something to read.
/// </summary>
internal readonly ref struct Announcement
{
    /// <summary>A doorbell without an event.</summary>
    public static Announcement Bell => default;

    public Announcement(EventId id, EventId previous, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        IsChained = true;
        Id = id;
        Previous = previous;
        Type = type;
        Data = data;
    }

    /// <summary>The other fields are given; type and data can be an event, and its frame fits its bound.</summary>
    public readonly bool IsChained;
    public readonly EventId Id;
    public readonly EventId Previous;
    public readonly ReadOnlySpan<byte> Type;
    public readonly ReadOnlySpan<byte> Data;
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
    /// <summary>Not stored: the store cannot be reached or does not take it now.</summary>
    Unavailable,
    /// <summary>Not stored: too much is on its way to the store.</summary>
    Busy,
}

internal readonly record struct AppendResult(AppendStatus Status, EventId Id);

/// <summary>What a read found.</summary>
/// <param name="Extent">
/// the stream. Where the entry that was read after is held, a store may say only that: it exists, and that entry is its floor
/// </param>
/// <param name="Through">
/// everything up to this id was read: the last frame's, or beyond it that of an entry that can be no event; the id that was
/// read after when there was nothing
/// </param>
/// <param name="IsEnd">when it was read nothing followed <paramref name="Through"/> up to the read's end</param>
internal readonly record struct ReadResult(StreamExtent Extent, EventId Through, bool IsEnd);

/// <summary>What a stored stream holds, and where an id falls in it.</summary>
/// <param name="Exists">false: there is no stream; everything else is 0</param>
/// <param name="Oldest">id of the first entry held (0-0 when none)</param>
/// <param name="Newest">id of the last entry ever added</param>
/// <param name="Length">entries held</param>
/// <param name="EntriesAdded">entries ever added; <see cref="long.MaxValue"/> where the store does not count them</param>
/// <param name="Floor">
/// the greatest entry held that is not above the id that was asked for or read after (0-0 when none); for
/// <see cref="StartKind.Last"/> the entry before the last N
/// </param>
internal readonly record struct StreamExtent(
    bool Exists, EventId Oldest, EventId Newest, long Length, long EntriesAdded, EventId Floor)
{
    /// <summary>Whether entries were added before the oldest one held.</summary>
    public bool IsTrimmed => EntriesAdded > Length;
}
