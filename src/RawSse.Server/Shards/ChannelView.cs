using System.Diagnostics;
using RawSse.Server.Channels;

namespace RawSse.Server.Shards;

/// <summary>A subscriber at a place in a log: all that an idle stream of one channel costs besides its connection.</summary>
internal struct Subscription
{
    /// <summary>Next byte of the log to send.</summary>
    public long Position;

    /// <summary>Slot of its connection.</summary>
    public int Slot;

    public int Handle;

    /// <summary>When something was last sent, in ms of the shard's clock modulo 2^32.</summary>
    public uint SentAtMs;

    /// <summary>Which of its stream's channels; <see cref="Single"/> for a stream of one.</summary>
    public short Member;

    /// <summary>Waits for the socket: skipped by sweeps.</summary>
    public bool IsBlocked;

    public const short Single = -1;
}

/// <summary>
/// One shard's subscribers of one channel that are in its log. The shard's thread owns it; the channel's home shard only
/// rings <see cref="HeadMoved"/>.
/// </summary>
internal sealed class ChannelView(Channel channel, Shard owner) : LogReader
{
    private const int BlockSize = 1024;

    // The first one stands here: most channels have no other.
    private Subscription _first;
    private Subscription[][] _blocks = [];
    private int _rung;
    private ReleaseItem? _release;

    public Channel Channel { get; } = channel;

    public Log Log => Channel.Log!;

    public override int Shard => owner.Number;

    public int Count { get; private set; }

    // The sweep: owned by Delivery.
    public bool IsQueued { get; set; }

    /// <summary>The head moved, or a subscriber changed places, since the round began.</summary>
    public bool IsAgain { get; set; }

    public int Cursor { get; set; }

    /// <summary>Subscribers still to be visited in this round.</summary>
    public int Remaining { get; set; }

    /// <summary>When the oldest unsent event of this round, and of the next, became known (Stopwatch ticks; 0: none).</summary>
    public long RoundSince { get; set; }

    public long NextSince { get; set; }

    public ref Subscription this[int index]
    {
        get
        {
            if (index == 0)
                return ref _first;
            uint place = (uint)index - 1;
            return ref _blocks[place / BlockSize][place % BlockSize];
        }
    }

    public override void HeadMoved()
    {
        if (Channel.Home == owner.Number)
        {
            owner.Delivery.Enqueue(this, Stopwatch.GetTimestamp());
            return;
        }
        if (Interlocked.Exchange(ref _rung, 1) != 0)
            return;
        owner.Mailbox.Post(this);
    }

    /// <summary>The doorbell on the owner's thread.</summary>
    public override void Run()
    {
        Interlocked.Exchange(ref _rung, 0);
        owner.Delivery.Enqueue(this, Stopwatch.GetTimestamp());
    }

    /// <summary>Adds a subscriber and lowers the mark to its position before the pin goes.</summary>
    public int Add(Subscription subscription)
    {
        EnsureCapacity(Count + 1);
        if (subscription.Position < LowWater)
            LowWater = subscription.Position;
        int index = Count++;
        this[index] = subscription;
        // A round under way comes by here before it is back where it began.
        if (IsQueued)
            Remaining++;
        return index;
    }

    /// <summary>Removes the subscriber at <paramref name="index"/> by moving the last one there.</summary>
    /// <returns>whether another subscriber moved to <paramref name="index"/></returns>
    public bool RemoveAt(int index)
    {
        int last = --Count;
        bool moved = index != last;
        if (moved)
        {
            this[index] = this[last];
            // It may have moved from before the cursor to behind it.
            IsAgain |= IsQueued;
        }
        this[last] = default;
        if (Count == 0)
            LowWater = Nothing;
        return moved;
    }

    /// <summary>After a full round: nobody needs what is below the slowest.</summary>
    public void RaiseLowWater()
    {
        long low = Count > 0 ? _first.Position : Nothing;
        int left = Math.Max(0, Count - 1);
        foreach (Subscription[] block in _blocks)
        {
            foreach (ref readonly Subscription subscription in block.AsSpan(0, Math.Min(left, block.Length)))
                low = Math.Min(low, subscription.Position);
            left -= Math.Min(left, block.Length);
        }
        Invariant.Must(low >= LowWater, "positions only grow");
        LowWater = low;
    }

    /// <summary>Gives subscribers back to the home shard, together with others of the same turn.</summary>
    public void Release(int count = 1)
    {
        if (Channel.Home == owner.Number)
            owner.Feed.Release(Channel, this, count);
        else
            (_release ??= new ReleaseItem(this, owner)).Add(count);
    }

    private void EnsureCapacity(int count)
    {
        int capacity = _blocks.Length == 0 ? 0 : ((_blocks.Length - 1) * BlockSize) + _blocks[^1].Length;
        if (count - 1 <= capacity)
            return;
        if (_blocks.Length == 0)
            _blocks = [new Subscription[1]];
        else if (_blocks[^1].Length < BlockSize)
            Array.Resize(ref _blocks[^1], Math.Min(BlockSize, _blocks[^1].Length * 4));
        else
            _blocks = [.. _blocks, new Subscription[BlockSize]];
    }

    /// <summary>Carries released subscribers home, one message however many there are.</summary>
    private sealed class ReleaseItem(ChannelView view, Shard owner) : WorkItem
    {
        private int _count;

        public void Add(int count)
        {
            if (Interlocked.Add(ref _count, count) == count)
                owner.Node.Feeds[view.Channel.Home].Mailbox.Post(this);
        }

        public override void Run()
        {
            int count = Interlocked.Exchange(ref _count, 0);
            owner.Node.Feeds[view.Channel.Home].Release(view.Channel, view, count);
        }
    }
}
