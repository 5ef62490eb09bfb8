using System.Diagnostics;
using RawSse.Protocol.Ids;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>
/// Serves history to subscribers that are behind the log, a page at a time: one read in flight a channel, its page for
/// everybody who is at it, and the join to the log at an exact id.
/// </summary>
internal sealed class Replay(Feed feed)
{
    private readonly List<PageRequest> _left = [];

    public void NextPage(PageRequest request)
    {
        Channel channel = request.Channel;
        Log log = channel.Log!;
        request.Gap = GapReason.None;
        request.Page = null;
        request.IsJoined = false;
        if (channel.IsInDoubt && !channel.IsClosed)
        {
            Wait(request);
        }
        else if (log.TryFindAfter(request.After, out long position) || channel.IsClosed)
        {
            JoinAt(request, position);
        }
        else if (channel.FindPage(request.After, out int offset) is { } page)
        {
            Serve(request, page, offset);
        }
        else if (channel.IsPageAsked || !feed.Store.IsReachable(channel.Name) || WaitsForRepair(request) || IsAhead(request))
        {
            Wait(request);
        }
        else
        {
            Read(request, channel.State.NextPageStart(request.After));
        }
    }

    public void OnRead(PageRequest read, in ReadResult result, Segment? frames)
    {
        Channel channel = read.Channel;
        channel.State.IsPageAsked = false;
        feed.Metrics.Store.Record(Stopwatch.GetElapsedTime(read.StoreAskedAt));
        if (channel.IsClosed)
        {
            // The asker has left, and nobody is left to drop a page.
            frames?.Free();
            JoinAt(read, channel.Log!.Head);
            return;
        }
        if (channel.IsInDoubt)
        {
            frames?.Free();
            Wait(read);
            return;
        }
        if (!result.Extent.Exists && channel.Log!.LastId != read.KnownId)
        {
            // The answer is older than what was announced meanwhile.
            Read(read, EventId.Max);
            return;
        }
        bool isAny = result.Through > read.After;
        CheckContinuity(read, result.Extent, frames);
        EventId through = isAny ? result.Through : read.After;
        if (frames is not null)
        {
            var page = new Page(read.After, through, frames);
            channel.State.AddPage(page);
            Serve(read, page, 0);
            ServeOthers(channel, page);
        }
        else if (!result.IsEnd || (result.Extent.Exists && read.Until < EventId.Max))
        {
            // Only entries that are no events, or nothing before the next known page, which began at an id that is no entry.
            read.After = through;
            Read(read, EventId.Max);
        }
        else
        {
            read.After = through;
            // Should it read again, the others wait for that.
            JoinOrWait(read, result.Extent.Exists);
            Feed.Retry(channel);
        }
    }

    /// <summary>The store went away: everybody waits until it is back.</summary>
    public void OnUnanswered(PageRequest read)
    {
        read.Channel.State.IsPageAsked = false;
        Wait(read);
    }

    /// <summary>Whether the page follows what the asker has; else it goes on where it can, and says so.</summary>
    private static void CheckContinuity(PageRequest read, in StreamExtent extent, Segment? frames)
    {
        EventId newest = read.Channel.Log!.LastId;
        if (!extent.Exists)
        {
            // Only who has the last event that was announced lost nothing with the stream.
            if (read.After == newest)
                return;
            SetGap(read, read.After < newest ? GapReason.Trimmed : GapReason.Lost, extent);
            read.After = newest;
        }
        else if (read.After != EventId.Zero && StartRules.IsLost(read.After, extent, frames?.FirstId))
        {
            SetGap(read, GapReason.Lost, extent);
            read.After = StartRules.LastCommon(extent);
            // A repair of before says nothing of a log that may hold what was lost since.
            read.HasAskedForRepair = false;
        }
        else if (!StartRules.Continues(read.After, extent))
        {
            // Trimmed under a replay that was too slow for it.
            SetGap(read, GapReason.Trimmed, extent);
            read.After = StartRules.AfterLoss(read.After, extent);
        }
    }

    private static void SetGap(PageRequest read, GapReason reason, in StreamExtent extent)
    {
        read.Gap = reason;
        read.Oldest = extent.Oldest;
        read.Newest = extent.Newest;
    }

    /// <summary>Between it and the log something is being read for the log: with that the wait ends.</summary>
    private static bool WaitsForRepair(PageRequest request) =>
        request.Channel.Hole is not null && (request.HasAskedForRepair || request.After > request.Channel.Log!.LastId);

    /// <summary>It is ahead of a log that has not changed since that was found: there is nothing to be read.</summary>
    private static bool IsAhead(PageRequest request) => request.AheadOf == request.Channel.Log!.LastId;

    /// <summary>Nothing followed when it was read.</summary>
    private void JoinOrWait(PageRequest request, bool exists)
    {
        Log log = request.Channel.Log!;
        if (!exists)
        {
            JoinAt(request, log.Head);
        }
        else if (log.TryFindAfter(request.After, out long position))
        {
            JoinAt(request, position);
        }
        else if (!request.HasAskedForRepair)
        {
            // Another node was quicker to hear of it, or the store lost what the log has, or it is no event's id. A repair
            // tells; nobody is in the log ahead of its head.
            request.HasAskedForRepair = true;
            Wait(request);
            feed.Repair(request.Channel);
        }
        else if (WaitsForRepair(request))
        {
            Wait(request);
        }
        else if (request.After < log.TailId && log.TailId > request.KnownId)
        {
            // The log got and let go more in the meantime. What it had before was deleted, or it would have been found.
            Read(request, EventId.Max);
        }
        else if (request.After > log.LastId)
        {
            // Its last entry was deleted before the log had it; a late doorbell may yet bring it. In the log it would come again.
            request.AheadOf = log.LastId;
            Wait(request);
        }
        else
        {
            JoinAt(request, log.PositionAbove(request.After));
        }
    }

    private void ServeOthers(Channel channel, Page page)
    {
        if (!channel.HasWaiting)
            return;
        List<WorkItem> waiting = channel.State.TakeWaiting();
        foreach (WorkItem item in waiting)
        {
            if (item is PageRequest request && page.TryFindAfter(request.After, out int offset))
                Serve(request, page, offset);
            else if (item is PageRequest left)
                _left.Add(left);
            else
                channel.State.Wait(item);
        }
        foreach (PageRequest request in _left)
        {
            // The first of them reads, the others wait for it.
            if (channel.IsPageAsked)
                Wait(request);
            else
                NextPage(request);
        }
        _left.Clear();
    }

    private static void Wait(PageRequest request)
    {
        // It may be long until something follows: the asker hears of its gap now, and asks again.
        if (request.Gap != GapReason.None)
        {
            request.Answer();
            return;
        }
        request.Channel.State.IsAhead |= request.AheadOf is not null;
        request.Channel.State.Wait(request);
    }

    private void Read(PageRequest request, EventId until)
    {
        feed.Metrics.StoreReads++;
        request.Channel.State.IsPageAsked = true;
        request.AheadOf = null;
        request.Until = until;
        request.KnownId = request.Channel.Log!.LastId;
        request.StoreAskedAt = Stopwatch.GetTimestamp();
        feed.Store.Read(request.Channel.Name, request.After, until, request);
    }

    private void JoinAt(PageRequest request, long position)
    {
        request.HasAskedForRepair = false;
        request.AheadOf = null;
        request.IsJoined = true;
        request.Position = position;
        feed.PinFor(request, request.Channel, request.Reader, position);
        request.Answer();
    }

    private void Serve(PageRequest request, Page page, int offset)
    {
        page.UsedAtMs = feed.NowMs;
        request.HasAskedForRepair = false;
        request.AheadOf = null;
        request.Page = page.Hold();
        request.Offset = offset;
        request.Answer();
    }
}
