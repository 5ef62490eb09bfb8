using RawSse.Protocol.Ids;

namespace RawSse.Server.Channels;

/// <summary>
/// Events that a channel's log may lack while the store is asked for them: one read at a time, and what rings meanwhile is
/// held until it is known whether it follows. Home shard only.
/// </summary>
internal sealed class Hole(Channel channel)
{
    /// <summary>Held events beyond so many bytes are read from the store instead.</summary>
    private const int HeldBytesMax = 64 << 10;

    /// <summary>What an event without data costs.</summary>
    private const int HeldOverheadBytes = 128;

    private readonly Queue<Held> _held = new();
    private int _heldBytes;

    public Channel Channel { get; } = channel;

    /// <summary>The store may have lost what it announced.</summary>
    public bool IsNewHistory { get; set; }

    /// <summary>A read is to follow, or follows when its turn comes.</summary>
    public bool IsRung { get; set; }

    /// <summary>Waits for its turn to read.</summary>
    public bool IsQueued { get; set; }

    public bool IsReading { get; private set; }

    /// <summary>When the read was sent, in Stopwatch ticks.</summary>
    public long AskedAt { get; set; }

    /// <summary>A read is sent: it will find everything that rang until now.</summary>
    public void BeginRead()
    {
        Invariant.Must(!IsReading, "one read in flight a channel");
        IsReading = true;
        IsRung = false;
        foreach (Held held in _held)
            held.IsCovered = true;
    }

    public void EndRead() => IsReading = false;

    /// <summary>Keeps an event that may follow once the read has ended.</summary>
    public void Hold(EventId id, EventId previous, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (_heldBytes + HeldOverheadBytes + type.Length + data.Length > HeldBytesMax)
        {
            IsRung = true;
            return;
        }
        _heldBytes += HeldOverheadBytes + type.Length + data.Length;
        _held.Enqueue(new Held(id, previous, type.ToArray(), data.ToArray()));
    }

    /// <summary>Lets go what is held: it may be what the store lost.</summary>
    public void Forget()
    {
        _held.Clear();
        _heldBytes = 0;
    }

    /// <summary>
    /// Appends what was held and follows. What does not, although it rang before the read was sent, was false; what rang
    /// later asks for another read.
    /// </summary>
    public void Settle()
    {
        while (_held.TryPeek(out Held? held))
        {
            EventId lastId = Channel.Log!.LastId;
            if (held.Id > lastId && held.Previous == lastId)
            {
                Channel.Append(held.Id, held.Type, held.Data);
            }
            else if (held.Id > lastId && !held.IsCovered)
            {
                IsRung = true;
                return;
            }
            _held.Dequeue();
            _heldBytes -= HeldOverheadBytes + held.Type.Length + held.Data.Length;
        }
    }

    private sealed class Held(EventId id, EventId previous, byte[] type, byte[] data)
    {
        public EventId Id { get; } = id;

        public EventId Previous { get; } = previous;

        public byte[] Type { get; } = type;

        public byte[] Data { get; } = data;

        public bool IsCovered { get; set; }
    }
}
