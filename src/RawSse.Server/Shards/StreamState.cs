using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Feed;

namespace RawSse.Server.Shards;

/// <summary>
/// What a stream needs beyond a position: bytes that its socket did not take, its replay, its several channels. A stream
/// of one channel that is at ease has none; the others come from a pool of their shard.
/// </summary>
internal sealed class StreamState
{
    /// <summary>Bytes that go before anything else: what is left of a head, a frame, a gap event, a heartbeat.</summary>
    public ByteBuffer Pending { get; } = new();

    /// <summary>One for each channel, in the order of the sorted names.</summary>
    public StreamMember[] Members { get; set; } = new StreamMember[1];

    /// <summary>Several channels: each frame gets the stream's own id line.</summary>
    public bool IsCombined { get; set; }

    public ulong Fingerprint { get; set; }

    /// <summary>The last send would have blocked; the transport will say when to go on.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>When the socket last took something, while blocked.</summary>
    public long BlockedSinceMs { get; set; }

    /// <summary>Bytes in the kernel's send queue when last looked at; -1: not looked at.</summary>
    public int QueuedBytes { get; set; }

    /// <summary>When something was last sent, for combined streams.</summary>
    public long SentAtMs { get; set; }

    /// <summary>Waits for another turn in the pump's queue.</summary>
    public bool IsQueued { get; set; }

    public void Reset()
    {
        Pending.Release();
        IsCombined = IsBlocked = IsQueued = false;
        QueuedBytes = -1;
        if (Members.Length != 1)
            Members = new StreamMember[1];
        Members[0] = default;
    }
}

/// <summary>One channel of a stream.</summary>
internal struct StreamMember
{
    public ChannelView View;

    /// <summary>Place in <see cref="View"/>; -1 while it replays. Combined streams only; see <see cref="Connection.SubscriberIndex"/>.</summary>
    public int Index;

    /// <summary>Id of the last event put on the wire, or the position the stream started from.</summary>
    public EventId LastId;

    /// <summary>The page being sent, and how far.</summary>
    public Page? Page;
    public int PageOffset;

    /// <summary>The outstanding or next request for history.</summary>
    public PageRequest? Request;
    public bool IsWaiting;
}
