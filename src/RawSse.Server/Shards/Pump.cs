using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Transport;

namespace RawSse.Server.Shards;

/// <summary>
/// Moves one stream on when it is not simply at ease in a log: bytes its socket did not take, pages of history, the join
/// to the log, several channels. What it cannot finish in a few sends waits for its next turn.
/// </summary>
internal sealed class Pump(Shard shard)
{
    /// <summary>Sends of one connection in a row, so that a quick reader of a long history delays nobody.</summary>
    private const int TurnsMax = 4;

    private const int StatesKept = 256;

    private readonly Stack<StreamState> _states = new();
    private readonly Queue<ulong> _later = new();
    private readonly CombinedWriter _combined = new(shard);
    private int _running = -1;

    private enum Progress : byte
    {
        Sent,
        Blocked,
        Waiting,
        AtHead,
        Gone,
    }

    public bool HasWork => _later.Count > 0;

    public StreamState RentState() => _states.TryPop(out StreamState? state) ? state : new StreamState();

    public void ReturnState(StreamState state)
    {
        state.Reset();
        if (_states.Count < StatesKept)
            _states.Push(state);
    }

    /// <summary>An exception ended what was running.</summary>
    public void OnBug()
    {
        _running = -1;
        _combined.OnBug();
    }

    /// <summary>Gives the streams that wait for another turn one each.</summary>
    public void RunLater()
    {
        for (int count = _later.Count; count > 0; count--)
        {
            if (!shard.Connections.TryFind(_later.Dequeue(), out int slot) || shard.Connections[slot].Stream is not { } state)
                continue;
            state.IsQueued = false;
            if (!state.IsBlocked)
                Run(slot);
        }
    }

    /// <summary>The socket takes bytes again.</summary>
    public void OnWritable(int slot)
    {
        if (shard.Connections[slot].Stream is { IsBlocked: true } state)
        {
            SetBlocked(slot, state, false);
            Run(slot);
        }
    }

    public void Run(int slot)
    {
        ref Connection connection = ref shard.Connections[slot];
        if (connection.Stream is not { } state)
        {
            shard.Delivery.Deliver(connection.View!, connection.SubscriberIndex);
            return;
        }
        if (state.IsBlocked || state.IsQueued)
            return;
        _running = slot;
        Progress progress = Progress.Sent;
        // A gap event is not left for a later turn: the sweep of a log that was joined behind it would overtake it.
        for (int turn = 0; progress == Progress.Sent && (turn < TurnsMax || !state.Pending.IsEmpty); turn++)
            progress = Advance(slot, state);
        _running = -1;
        if (progress == Progress.Sent)
        {
            state.IsQueued = true;
            _later.Enqueue(shard.Connections.TokenOf(slot));
        }
        else if (progress == Progress.AtHead && !state.IsCombined)
        {
            connection.Stream = null;
            ReturnState(state);
        }
    }

    public void OnPage(PageRequest request)
    {
        if (!shard.Connections.TryFind(request.Token, out int slot)
            || shard.Connections[slot].Stream is not { } state
            || !ReferenceEquals(state.Members[request.Member].Request, request))
        {
            request.Page?.LetGo();
            if (request.IsJoined)
                request.Unpin();
            return;
        }
        ref StreamMember member = ref state.Members[request.Member];
        member.IsWaiting = false;
        member.LastId = request.After;
        if (request.Gap != GapReason.None)
            _combined.WriteGap(state, request.Member, request.Gap, request.Asked, request.Oldest, request.Newest);
        if (request.IsJoined)
        {
            shard.Membership.Join(slot, state, request.Member, request.Position);
            member.Request = null;
            request.Unpin();
        }
        else
        {
            member.Page = request.Page;
            member.PageOffset = request.Offset;
        }
        if (_running != slot && !state.IsBlocked)
            Run(slot);
    }

    public void AskForPage(int slot, StreamState state, int place)
    {
        ref StreamMember member = ref state.Members[place];
        PageRequest request = member.Request ??= new PageRequest
        {
            Client = shard,
            Channel = member.View.Channel,
            Reader = member.View,
            Member = place,
            Token = shard.Connections.TokenOf(slot),
        };
        member.IsWaiting = true;
        request.Asked = request.After = member.LastId;
        request.Ask(shard.Node.Feeds[member.View.Channel.Home]);
    }

    public void SetBlocked(int slot, StreamState state, bool isBlocked)
    {
        state.IsBlocked = isBlocked;
        state.BlockedSinceMs = shard.NowMs;
        state.QueuedBytes = -1;
        ref Connection connection = ref shard.Connections[slot];
        if (!state.IsCombined)
        {
            if (connection.SubscriberIndex >= 0)
                connection.View![connection.SubscriberIndex].IsBlocked = isBlocked;
            return;
        }
        foreach (ref StreamMember member in state.Members.AsSpan())
        {
            if (member.Index >= 0)
                member.View[member.Index].IsBlocked = isBlocked;
        }
    }

    /// <summary>Sends <paramref name="bytes"/>; what the socket does not take waits in front of everything else.</summary>
    /// <returns>false: the connection is gone</returns>
    public bool SendOrKeep(int slot, StreamState state, ReadOnlySpan<byte> bytes)
    {
        TransferResult result = Send(slot, state, bytes);
        if (result.Status == TransferStatus.Failed)
            return false;
        if (result.Count < bytes.Length)
        {
            state.Pending.Write(bytes[result.Count..]);
            SetBlocked(slot, state, true);
        }
        return true;
    }

    private Progress Advance(int slot, StreamState state)
    {
        if (!state.Pending.IsEmpty)
            return SendPending(slot, state);
        if (state.IsCombined)
            return AdvanceCombined(slot, state);
        ref Connection connection = ref shard.Connections[slot];
        if (state.Members[0].Page is not null)
            return SendPage(slot, state);
        if (connection.SubscriberIndex >= 0)
        {
            if (!shard.Delivery.Deliver(connection.View!, connection.SubscriberIndex))
                return Progress.Gone;
            return state.IsBlocked ? Progress.Blocked : Progress.AtHead;
        }
        if (state.Members[0].IsWaiting)
            return Progress.Waiting;
        AskForPage(slot, state, 0);
        return state.Members[0].IsWaiting ? Progress.Waiting : Progress.Sent;
    }

    private Progress SendPending(int slot, StreamState state)
    {
        TransferResult result = Send(slot, state, state.Pending.Written);
        if (result.Status == TransferStatus.Failed)
            return Progress.Gone;
        state.Pending.Consume(result.Count);
        if (!state.Pending.IsEmpty)
        {
            SetBlocked(slot, state, true);
            return Progress.Blocked;
        }
        state.Pending.Release();
        return Progress.Sent;
    }

    private Progress SendPage(int slot, StreamState state)
    {
        ref StreamMember member = ref state.Members[0];
        Page page = member.Page!;
        ReadOnlySpan<byte> bytes = page.Read(member.PageOffset);
        TransferResult result = Send(slot, state, bytes);
        if (result.Status == TransferStatus.Failed)
            return Progress.Gone;
        if (result.Count > 0)
        {
            int frames = Delivery.FramesEnded(
                bytes[..result.Count], member.PageOffset > 0 && page.Read(member.PageOffset - 1)[0] == (byte)'\n');
            shard.Metrics.DeliveredBytes += result.Count;
            shard.Metrics.Deliveries += frames;
            shard.Metrics.ReplayedFromStore += frames;
        }
        member.PageOffset += result.Count;
        if (result.Count < bytes.Length)
        {
            SetBlocked(slot, state, true);
            return Progress.Blocked;
        }
        member.LastId = page.LastId;
        member.Page = null;
        page.LetGo();
        return Progress.Sent;
    }

    private Progress AdvanceCombined(int slot, StreamState state)
    {
        ReadOnlySpan<byte> frames = _combined.Collect(slot, state);
        if (!frames.IsEmpty)
        {
            if (!SendOrKeep(slot, state, frames))
                return Progress.Gone;
            return state.IsBlocked ? Progress.Blocked : Progress.Sent;
        }
        foreach (ref readonly StreamMember member in state.Members.AsSpan())
        {
            if (member.Index < 0)
                return Progress.Waiting;
        }
        return Progress.AtHead;
    }

    private TransferResult Send(int slot, StreamState state, ReadOnlySpan<byte> bytes)
    {
        TransferResult result = shard.Transport.Send(shard.Connections[slot].Handle, bytes);
        shard.Metrics.Sends++;
        if (result.Status == TransferStatus.Failed)
            shard.Close(slot, CloseReason.Reset);
        else if (result.Count < bytes.Length)
            shard.Metrics.SendsBlocked++;
        if (result.Count > 0)
            state.SentAtMs = shard.NowMs;
        return result;
    }
}
