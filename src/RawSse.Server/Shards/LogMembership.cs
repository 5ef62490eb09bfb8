namespace RawSse.Server.Shards;

/// <summary>How a stream's channel gets into its log, out of it when it is too far behind, and out of everything when it ends.</summary>
internal sealed class LogMembership(Shard shard)
{
    /// <summary>Puts a channel of a stream into the log.</summary>
    public void Join(int slot, StreamState state, int place, long position)
    {
        ref Connection connection = ref shard.Connections[slot];
        ref StreamMember member = ref state.Members[place];
        int index = member.View.Add(new Subscription
        {
            Position = position,
            Slot = slot,
            Handle = connection.Handle,
            SentAtMs = (uint)shard.NowMs,
            Member = state.IsCombined ? (short)place : Subscription.Single,
            IsBlocked = state.IsBlocked,
        });
        if (state.IsCombined)
            member.Index = index;
        else
            connection.SubscriberIndex = index;
        member.Page?.LetGo();
        member.Page = null;
    }

    /// <summary>Takes a blocked subscriber that is too far behind out of the log; it goes on from history.</summary>
    public void LeaveLog(ChannelView view, int index)
    {
        ref Subscription subscription = ref view[index];
        StreamState state = shard.Connections[subscription.Slot].Stream!;
        int place = subscription.Member == Subscription.Single ? 0 : subscription.Member;
        ref StreamMember member = ref state.Members[place];
        member.View = view;
        member.Index = -1;
        // A stream of several channels takes whole frames, and knows where it is: maybe further than at the last of them.
        if (!state.IsCombined)
        {
            member.LastId = view.Log.CutAt(subscription.Position, out ReadOnlySpan<byte> rest);
            if (!rest.IsEmpty)
                state.Pending.Write(rest);
            shard.Connections[subscription.Slot].SubscriberIndex = -1;
        }
        shard.Delivery.Remove(view, index);
        shard.Metrics.LeftLog++;
    }

    /// <summary>Takes one channel of an ending stream out of the log or its replay, and gives it back.</summary>
    public void Leave(ChannelView view, int index, ref StreamMember member)
    {
        shard.Metrics.Subscriptions--;
        if (index >= 0)
            shard.Delivery.Remove(view, index);
        member.Page?.LetGo();
        member.Page = null;
        view.Release();
    }
}
