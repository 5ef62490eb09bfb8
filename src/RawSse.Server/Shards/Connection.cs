using RawSse.Server.Http;
using RawSse.Server.Transport;

namespace RawSse.Server.Shards;

internal enum ConnectionState : byte
{
    /// <summary>Slot not in use.</summary>
    Free,
    /// <summary>Requests are read and answered.</summary>
    Http,
    /// <summary>A stream's channels are being attached.</summary>
    Attaching,
    /// <summary>Events are sent.</summary>
    Streaming,
    /// <summary>Our side is closed; what the peer still sends is discarded for a while.</summary>
    Lingering,
}

/// <summary>
/// One accepted connection: what every state needs, and nothing more for an idle stream. Lives in its shard's
/// <see cref="ConnectionTable"/>; touched by that shard's thread only.
/// </summary>
internal struct Connection
{
    public PeerAddress Peer;

    /// <summary>Requests: when the current phase times out. Streams: when the lifetime ends (0: never). ms.</summary>
    public long DeadlineMs;

    /// <summary>The request being read or answered; null while idle and while streaming.</summary>
    public HttpExchange? Exchange;

    /// <summary>A stream of one channel that is at ease: where it is attached.</summary>
    public ChannelView? View;

    /// <summary>What a stream needs while it is blocked, replays, or has several channels; else null.</summary>
    public StreamState? Stream;

    public int Handle;
    public uint Generation;

    /// <summary>Place in <see cref="View"/>.</summary>
    public int SubscriberIndex;

    /// <summary>Bytes read and thrown away after the stream's request, or while lingering.</summary>
    public int Discarded;

    public ConnectionState State;
    public CloseReason Reason;
    public byte Listener;

    /// <summary>Accepted over a limit: served only a refusal and health.</summary>
    public RefusalReason Refusal;

    /// <summary>The transport said Readable and we did not read until it would block.</summary>
    public bool IsReadReady;

    /// <summary>It stands in the shard's queue of those to be read again.</summary>
    public bool IsReadQueued;

    /// <summary>The peer has sent FIN.</summary>
    public bool IsPeerClosed;

    /// <summary>Counted among <c>--max-connections-per-ip</c>.</summary>
    public bool IsCountedByAddress;
}
