using RawSse.Server.Channels;

namespace RawSse.Server.Feed;

/// <summary>
/// Looks about once a second whether a store elsewhere can be asked about a channel: keeps account of how long it could not,
/// tries again what was left waiting, and lets nobody wait for ever.
/// </summary>
internal sealed class Outages(Feed feed, Placement placement, Repairs repairs)
{
    /// <summary>A store that answers, but not for this channel, keeps requests waiting no longer.</summary>
    private const long StuckMsMax = 5000;

    public void Watch(Channel channel)
    {
        if (!feed.Store.IsReachable(channel.Name))
            OnAway(channel);
        else if (channel.Log is null || channel.IsInDoubt)
            OnStuck(channel);
        else
            OnFine(channel);
    }

    private void OnFine(Channel channel)
    {
        Return(channel);
        if (channel.StateOrNull is { } state)
            state.StuckSinceMs = 0;
        Feed.Retry(channel);
    }

    private void OnAway(Channel channel)
    {
        ChannelState state = channel.State;
        state.StuckSinceMs = 0;
        if (state.UnreachableSinceMs == 0)
            state.UnreachableSinceMs = Math.Max(1, feed.NowMs);
        state.IsAway = feed.NowMs - state.UnreachableSinceMs >= feed.Limits.GraceMs;
        Feed.Retry(channel);
    }

    private void OnStuck(Channel channel)
    {
        Return(channel);
        ChannelState state = channel.State;
        if (!state.HasWaiting)
        {
            state.StuckSinceMs = 0;
        }
        else if (state.StuckSinceMs == 0)
        {
            state.StuckSinceMs = Math.Max(1, feed.NowMs);
        }
        else if (feed.NowMs - state.StuckSinceMs >= StuckMsMax)
        {
            state.StuckSinceMs = 0;
            placement.RefuseWaiting(channel);
        }
    }

    private void Return(Channel channel)
    {
        if (channel.StateOrNull is { } state)
        {
            state.UnreachableSinceMs = 0;
            state.IsAway = false;
        }
        repairs.Resume(channel);
    }
}
