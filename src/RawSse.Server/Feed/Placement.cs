using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>Finds each new subscriber its place: in the log, or at the beginning of the history that it missed.</summary>
internal sealed class Placement(Feed feed)
{
    /// <summary>Who waits for an answer that somebody else has asked the store for: one question for each place of a channel.</summary>
    private readonly Dictionary<(Channel Channel, StartPoint Start), List<AttachRequest>> _asked = [];

    public void Place(AttachRequest request)
    {
        Channel channel = request.Channel;
        StartPoint start = request.Start;
        request.IsRefused = request.IsWaiting = request.IsAskedAgain = false;
        if (channel.Log is not { } log)
        {
            // Announced first, read afterwards: until then nobody is in the log.
            if (feed.Store.IsReachable(channel.Name) && !channel.IsClosed)
                Wait(request);
            else
                Refuse(request);
        }
        else if (channel.IsInDoubt && feed.Store.IsReachable(channel.Name))
        {
            Wait(request);
        }
        else if (start.Kind == StartKind.Now)
        {
            Join(request, log.LastId, GapReason.None, log.Head);
        }
        else if (start.Kind == StartKind.After && start.Id != EventId.Zero && log.TryFindAfter(start.Id, out long position))
        {
            Join(request, start.Id, GapReason.None, position);
        }
        else if (!feed.Store.IsLocal && start.Kind == StartKind.After && channel.FindPage(start.Id, out _) is not null)
        {
            // Somebody is reading on from there already.
            (request.From, request.Gap, request.IsJoined) = (start.Id, GapReason.None, false);
            request.Answer();
        }
        else if (feed.Store.IsReachable(channel.Name))
        {
            Locate(request);
        }
        else
        {
            Refuse(request);
        }
    }

    public void OnLocated(AttachRequest attach, in StreamExtent extent)
    {
        List<AttachRequest>? others = TakeOthers(attach);
        Decide(attach, extent);
        if (others is null)
            return;
        foreach (AttachRequest other in others)
        {
            // The answer may be older than what the other knows of: then only good news of it counts, and all are asked for once
            // more, together.
            if (other.IsAskedAgain || StartRules.Decide(other.Start, extent).Gap == GapReason.None)
            {
                Decide(other, extent);
                continue;
            }
            other.IsAskedAgain = true;
            Locate(other);
        }
    }

    /// <summary>The store went away before it answered.</summary>
    public void OnUnanswered(AttachRequest attach)
    {
        List<AttachRequest>? others = TakeOthers(attach);
        Refuse(attach);
        if (others is null)
            return;
        foreach (AttachRequest other in others)
            Refuse(other);
    }

    /// <summary>Sends those who wait to be placed away to come again.</summary>
    public void RefuseWaiting(Channel channel)
    {
        foreach (WorkItem waiting in channel.State.TakeWaiting())
        {
            if (waiting is AttachRequest attach)
                Refuse(attach);
            else
                channel.State.Wait(waiting);
        }
    }

    private void Decide(AttachRequest attach, in StreamExtent extent)
    {
        Log log = attach.Channel.Log!;
        if (attach.Channel.IsInDoubt)
        {
            Wait(attach);
            return;
        }
        if (!extent.Exists && log.LastId != attach.KnownId)
        {
            // The answer is older than what was announced meanwhile.
            Locate(attach);
            return;
        }
        StartDecision decision = StartRules.Remember(StartRules.Decide(attach.Start, extent), attach.Start, extent, log.TailId, log.LastId);
        attach.Oldest = extent.Oldest;
        attach.Newest = extent.Newest;
        if (log.TryFindAfter(decision.From, out long position))
        {
            Join(attach, decision.From, decision.Gap, position);
            return;
        }
        if (!extent.Exists)
        {
            // The store has nothing: the stream goes on from now, and after a gap says so. Nobody is ahead of the log: what is
            // still on its way to it may be older than what the client has.
            Join(attach, decision.Gap == GapReason.None ? decision.From : log.LastId, decision.Gap, log.Head);
            return;
        }
        attach.From = decision.From;
        attach.Gap = decision.Gap;
        attach.IsJoined = false;
        attach.Answer();
    }

    /// <summary>The store is away and the log does not know the position: the client is to come again.</summary>
    private void Refuse(AttachRequest request)
    {
        feed.Release(request.Channel, request.Reader, 1);
        request.IsRefused = true;
        request.IsWaiting = false;
        request.Answer();
    }

    private void Locate(AttachRequest request)
    {
        request.KnownId = request.Channel.Log!.LastId;
        if (!feed.Store.IsLocal)
        {
            if (_asked.TryGetValue((request.Channel, request.Start), out List<AttachRequest>? others))
            {
                // As old as the question is.
                request.KnownId = others[0].KnownId;
                others.Add(request);
                return;
            }
            _asked.Add((request.Channel, request.Start), [request]);
        }
        feed.Store.Locate(request.Channel.Name, request.Start, request);
    }

    /// <summary>Those who wait for the same answer.</summary>
    private List<AttachRequest>? TakeOthers(AttachRequest attach)
    {
        if (feed.Store.IsLocal || !_asked.Remove((attach.Channel, attach.Start), out List<AttachRequest>? all))
            return null;
        all.Remove(attach);
        return all;
    }

    private static void Wait(AttachRequest request)
    {
        request.IsWaiting = true;
        request.Channel.State.Wait(request);
    }

    private void Join(AttachRequest request, EventId from, GapReason gap, long position)
    {
        request.From = from;
        request.Gap = gap;
        request.IsJoined = true;
        request.Position = position;
        feed.PinFor(request, request.Channel, request.Reader, position);
        request.Answer();
    }
}
