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
        if (log.TryFindAfter(request.After, out long position) || channel.IsClosed)
        {
            JoinAt(request, position);
        }
        else if (channel.FindPage(request.After, out int offset) is { } page)
        {
            Serve(request, page, offset);
        }
        else if (channel.IsPageAsked || !feed.Store.IsReachable(channel.Name))
        {
            channel.Wait(request);
        }
        else
        {
            Read(request, channel.NextPageStart(request.After));
        }
    }

    public void OnRead(PageRequest read, in ReadResult result, Segment? frames)
    {
        Channel channel = read.Channel;
        channel.IsPageAsked = false;
        feed.Metrics.Store.Record(Stopwatch.GetElapsedTime(read.StoreAskedAt));
        CheckContinuity(read, result.Extent);
        if (read.Gap == GapReason.Lost)
        {
            // What was read follows an event that is no more.
            frames?.Free();
            Read(read, EventId.Max);
            return;
        }
        EventId through = result.Through > read.After ? result.Through : read.After;
        if (frames is not null)
        {
            var page = new Page(read.After, through, frames);
            channel.AddPage(page);
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
            Feed.Retry(channel);
            JoinOrWait(read, result.Extent.Exists);
        }
    }

    /// <summary>The store went away: everybody waits until it is back.</summary>
    public void OnUnanswered(PageRequest read)
    {
        read.Channel.IsPageAsked = false;
        read.Channel.Wait(read);
    }

    /// <summary>Whether the page follows what the asker has; else it goes on where it can, and says so.</summary>
    private static void CheckContinuity(PageRequest read, in StreamExtent extent)
    {
        Channel channel = read.Channel;
        bool isHeld = extent.Exists && extent.Floor == read.After;
        (EventId lostAfter, EventId lostLast) = channel.Lost;
        if (!isHeld && read.After > lostAfter && read.After <= lostLast)
        {
            SetGap(read, GapReason.Lost, extent);
            read.After = lostAfter;
        }
        else if (extent.Exists ? !StartRules.Continues(read.After, extent) : read.After < read.KnownId)
        {
            // Where the stream is gone altogether, only who has the last event that was announced lost nothing. Else history
            // was trimmed under a replay that was too slow for it.
            SetGap(read, GapReason.Trimmed, extent);
            EventId next = StartRules.AfterLoss(read.After, extent);
            read.After = extent.Exists || next > read.KnownId ? next : read.KnownId;
        }
    }

    private static void SetGap(PageRequest read, GapReason reason, in StreamExtent extent)
    {
        read.Gap = reason;
        read.Oldest = extent.Oldest;
        read.Newest = extent.Newest;
    }

    /// <summary>Nothing followed when it was read.</summary>
    private void JoinOrWait(PageRequest request, bool exists)
    {
        Log log = request.Channel.Log!;
        if (request.After < log.TailId && !feed.Store.IsLocal)
        {
            // The log got and let go more in the meantime.
            Read(request, EventId.Max);
        }
        else if (exists && request.After > log.LastId)
        {
            // Another node was quicker to hear of it. Nobody is in the log ahead of its head.
            request.Channel.Wait(request);
            feed.Repair(request.Channel);
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
        List<WorkItem> waiting = channel.TakeWaiting();
        foreach (WorkItem item in waiting)
        {
            if (item is PageRequest request && page.TryFindAfter(request.After, out int offset))
                Serve(request, page, offset);
            else if (item is PageRequest left)
                _left.Add(left);
            else
                channel.Wait(item);
        }
        foreach (PageRequest request in _left)
        {
            // The first of them reads, the others wait for it.
            if (channel.IsPageAsked)
                channel.Wait(request);
            else
                NextPage(request);
        }
        _left.Clear();
    }

    private void Read(PageRequest request, EventId until)
    {
        feed.Metrics.StoreReads++;
        request.Channel.IsPageAsked = true;
        request.KnownId = request.Channel.Log!.LastId;
        request.Until = until;
        request.StoreAskedAt = Stopwatch.GetTimestamp();
        feed.Store.Read(request.Channel.Name, request.After, until, request);
    }

    private void JoinAt(PageRequest request, long position)
    {
        request.IsJoined = true;
        request.Position = position;
        feed.PinFor(request, request.Channel, request.Reader, position);
        request.Answer();
    }

    private void Serve(PageRequest request, Page page, int offset)
    {
        page.UsedAtMs = feed.NowMs;
        request.Page = page.Hold();
        request.Offset = offset;
        request.Answer();
    }
}
