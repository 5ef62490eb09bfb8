using System.Diagnostics;
using RawSse.Protocol.Sse;
using RawSse.Server.Transport;

namespace RawSse.Server.Shards;

/// <summary>
/// Sends what is new to the subscribers of this shard: channels whose head moved take turns, a slice of sends each, and
/// every send takes all that has been published by then.
/// </summary>
internal sealed class Delivery(Shard shard)
{
    /// <summary>Sends of one channel in a row, before another channel's turn.</summary>
    public const int SliceSends = 64;

    /// <summary>Sends in a turn, before sockets and mailbox get theirs.</summary>
    private const int TurnSends = 256;

    /// <summary>Where a sweep starts moves on by so many subscribers, so that nobody is always last.</summary>
    private const int Rotation = 1021;

    private readonly Queue<ChannelView> _queue = new();
    private readonly ShardMetrics _metrics = shard.Metrics;
    private readonly ITransport _transport = shard.Transport;

    // Sends of a sweep that leave together, and whose they are, where the transport can do that.
    private readonly BatchedSend[] _batch = new BatchedSend[shard.Transport.BatchMax];
    private readonly int[] _batchSlots = new int[shard.Transport.BatchMax];
    private int _batched;

    // The frames in the range that was counted last: nearly always the same range for the next subscriber.
    private ChannelView? _countedView;
    private long _countedFrom;
    private int _countedBytes;
    private int _countedFrames;

    public bool HasWork => _queue.Count > 0;

    /// <summary>Marks a view as having something to send since <paramref name="since"/> (Stopwatch ticks).</summary>
    public void Enqueue(ChannelView view, long since)
    {
        if (view.IsQueued)
        {
            view.IsAgain = true;
            if (view.NextSince == 0)
                view.NextSince = since;
            return;
        }
        if (view.Count == 0)
            return;
        view.IsQueued = true;
        view.RoundSince = since;
        StartRound(view);
        _queue.Enqueue(view);
    }

    /// <summary>
    /// One slice of each channel that has something to send, as far as a turn goes: many channels of one subscriber are
    /// served in the turn that published to them, one channel of many leaves the sockets waiting for a slice only.
    /// </summary>
    public void RunTurn()
    {
        int sends = 0;
        for (int views = _queue.Count; views > 0 && sends < TurnSends; views--)
        {
            ChannelView view = _queue.Dequeue();
            sends += Sweep(view);
            if (view.Remaining == 0)
                EndRound(view);
            if (view.IsQueued)
                _queue.Enqueue(view);
        }
    }

    /// <summary>Sends from the log to a subscriber of one channel until it is at the head or blocked.</summary>
    /// <returns>false: it is gone</returns>
    public bool Deliver(ChannelView view, int index)
    {
        ref Subscription subscription = ref view[index];
        while (true)
        {
            long head = view.Log.Head;
            if (subscription.Position >= head)
                return true;
            ReadOnlySpan<byte> bytes = view.Log.Read(subscription.Position, head);
            TransferResult result = _transport.Send(subscription.Handle, bytes);
            _metrics.Sends++;
            if (!OnSent(view, ref subscription, bytes, result))
                return false;
            if (result.Count < bytes.Length)
                return true;
        }
    }

    public void CountDelivered(ChannelView view, long position, ReadOnlySpan<byte> sent)
    {
        _metrics.DeliveredBytes += sent.Length;
        if (_countedView != view || _countedFrom != position || _countedBytes != sent.Length)
        {
            _countedView = view;
            _countedFrom = position;
            _countedBytes = sent.Length;
            _countedFrames = FramesEnded(sent, sent[0] == (byte)'\n' && view.Log.IsAfterLineEnd(position));
        }
        _metrics.Deliveries += _countedFrames;
    }

    /// <summary>Frames whose last byte is in <paramref name="sent"/>, which may begin and end inside one.</summary>
    /// <param name="isAfterLineEnd">the byte before is an LF</param>
    public static int FramesEnded(ReadOnlySpan<byte> sent, bool isAfterLineEnd) =>
        SseFrame.Count(sent) + (isAfterLineEnd && sent[0] == (byte)'\n' ? 1 : 0);

    /// <summary>Takes the subscriber at <paramref name="index"/> out and tells whoever moves into its place.</summary>
    public void Remove(ChannelView view, int index)
    {
        if (!view.RemoveAt(index))
            return;
        ref Subscription moved = ref view[index];
        ref Connection connection = ref shard.Connections[moved.Slot];
        if (moved.Member == Subscription.Single)
            connection.SubscriberIndex = index;
        else
            connection.Stream!.Members[moved.Member].Index = index;
    }

    /// <returns>the sends it took</returns>
    private int Sweep(ChannelView view)
    {
        int sends = 0;
        while (view.Remaining > 0 && sends < SliceSends)
        {
            if (view.Cursor >= view.Count)
            {
                // Some may be visited again, where others have left: by then they must have got theirs.
                SendBatch(view);
                view.Cursor = 0;
            }
            if (view.Count == 0)
            {
                view.Remaining = 0;
                break;
            }
            view.Remaining--;
            int index = view.Cursor++;
            Subscription subscription = view[index]; // a copy: a batch that is sent below may move it
            long head = view.Log.Head;
            if (subscription.Position >= head)
                continue;
            if (subscription.IsBlocked)
            {
                if (head - subscription.Position > shard.Node.Limits.MaxLag)
                    shard.Membership.LeaveLog(view, index);
                continue;
            }
            sends++;
            if (subscription.Member != Subscription.Single)
            {
                // Nothing else happens to the view while sends wait.
                SendBatch(view);
                shard.Pump.Run(subscription.Slot);
            }
            else if (_batch.Length > 0)
            {
                AddToBatch(view, subscription, head);
            }
            else
            {
                Deliver(view, index);
            }
        }
        SendBatch(view);
        return sends;
    }

    private void AddToBatch(ChannelView view, in Subscription subscription, long head)
    {
        if (_batched == _batch.Length)
            SendBatch(view);
        _batch[_batched] = new BatchedSend(subscription.Handle, view.Log.Read(subscription.Position, head));
        _batchSlots[_batched++] = subscription.Slot;
    }

    private void SendBatch(ChannelView view)
    {
        Span<BatchedSend> batch = _batch.AsSpan(0, _batched);
        _batched = 0;
        if (batch.IsEmpty)
            return;
        _transport.SendAll(batch);
        _metrics.Sends += batch.Length;
        for (int i = 0; i < batch.Length; i++)
        {
            // Whoever is closed here gives its place in the view to another: the connection knows its own.
            int slot = _batchSlots[i];
            int index = shard.Connections[slot].SubscriberIndex;
            if (OnSent(view, ref view[index], batch[i].Bytes, batch[i].Result) && view[index].Position < view.Log.Head && !view[index].IsBlocked)
                Deliver(view, index);
        }
    }

    /// <summary>Counts what a send took of <paramref name="bytes"/>.</summary>
    /// <returns>false: the subscriber is gone</returns>
    private bool OnSent(ChannelView view, ref Subscription subscription, ReadOnlySpan<byte> bytes, TransferResult result)
    {
        if (result.Status == TransferStatus.Failed)
        {
            shard.Close(subscription.Slot, CloseReason.Reset);
            return false;
        }
        if (result.Count > 0)
        {
            CountDelivered(view, subscription.Position, bytes[..result.Count]);
            subscription.Position += result.Count;
            subscription.SentAtMs = (uint)shard.NowMs;
        }
        if (result.Count < bytes.Length)
            Block(ref subscription);
        return true;
    }

    private void StartRound(ChannelView view)
    {
        view.IsAgain = false;
        view.Remaining = view.Count;
        view.Cursor = view.Count == 0 ? 0 : (view.Cursor + Rotation) % view.Count;
    }

    private void EndRound(ChannelView view)
    {
        view.RaiseLowWater();
        if (view.RoundSince != 0)
            _metrics.Fanout.Record(Stopwatch.GetElapsedTime(view.RoundSince));
        view.RoundSince = view.NextSince;
        view.NextSince = 0;
        view.IsQueued = view.IsAgain && view.Count > 0;
        if (view.IsQueued)
        {
            StartRound(view);
            return;
        }
        view.RoundSince = 0;
        if (view.Channel.Home == shard.Number)
            shard.Feed.OnSwept(view.Channel);
    }

    private void Block(ref Subscription subscription)
    {
        _metrics.SendsBlocked++;
        subscription.IsBlocked = true;
        ref Connection connection = ref shard.Connections[subscription.Slot];
        StreamState state = connection.Stream ??= shard.Pump.RentState();
        state.IsBlocked = true;
        state.BlockedSinceMs = shard.NowMs;
        state.QueuedBytes = -1;
    }
}
