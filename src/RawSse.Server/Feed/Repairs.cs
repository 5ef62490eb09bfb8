using System.Diagnostics;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using RawSse.Server.Channels;
using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>
/// Keeps the logs whole: appends what follows, and when something may be missing reads it from the store, once for all
/// subscribers, one read in flight a channel. What the store no longer has becomes a gap event in the log.
/// </summary>
internal sealed class Repairs(Feed feed)
{
    /// <summary>The controls of the simulation: without reads, or with doorbells taken at their word, it must be seen to fail.</summary>
    internal static bool IsOffForTests, TrustsDoorbellsForTests;

    /// <summary>Reads in flight of one feed: after a reconnect every channel wants one.</summary>
    private const int ReadsMax = 256;

    private readonly Queue<Hole> _queue = new();
    private readonly byte[] _gap = new byte[GapFrame.BytesMax];
    private int _reads;

    public void OnAnnounced(Channel channel, scoped in Announcement announcement)
    {
        // Before the channel is open nothing can be missed: its last id is read later.
        if (channel.Log is not { } log)
            return;
        if (!announcement.IsChained)
        {
            Ring(channel);
            return;
        }
        if (announcement.Id <= log.LastId)
            return;
        if (channel.Hole is { } hole)
        {
            hole.Hold(announcement.Id, announcement.Previous, announcement.Type, announcement.Data);
            return;
        }
        if (announcement.Previous == log.LastId || TrustsDoorbellsForTests)
        {
            channel.Append(announcement.Id, announcement.Type, announcement.Data);
            feed.OnAppended(channel);
            return;
        }
        hole = HoleOf(channel);
        hole.Hold(announcement.Id, announcement.Previous, announcement.Type, announcement.Data);
        Ring(hole);
    }

    public void OnResumed(Channel channel, bool isNewHistory)
    {
        if (channel.Log is null)
            return;
        // What was asked before is answered no more.
        channel.IsVerifying = false;
        Hole hole = HoleOf(channel);
        if (isNewHistory)
        {
            // What was announced or read before may be what the store lost.
            hole.IsNewHistory = true;
            hole.Forget();
            channel.State.DropPages(long.MaxValue);
        }
        Ring(hole);
    }

    /// <summary>What follows the log's last id is to be read.</summary>
    public void Ring(Channel channel)
    {
        if (channel.Log is not null)
            Ring(HoleOf(channel));
    }

    /// <summary>Goes on with a repair that the store's absence stopped.</summary>
    public void Resume(Channel channel)
    {
        if (channel.Hole is { IsRung: true } hole)
            Ring(hole);
    }

    public void OnUnanswered(Hole hole)
    {
        _reads--;
        hole.EndRead();
        hole.IsRung = true;
    }

    public void OnRead(Hole hole, in ReadResult result, Segment? frames)
    {
        _reads--;
        hole.EndRead();
        feed.Metrics.Store.Record(Stopwatch.GetElapsedTime(hole.AskedAt));
        Channel channel = hole.Channel;
        if (channel.IsClosed)
        {
            frames?.Free();
            ReadNext();
            return;
        }
        bool isWhole = CheckContinuity(hole, result.Extent, frames);
        if (isWhole)
            Append(channel, result, frames);
        frames?.Free();
        if (!isWhole || !result.IsEnd)
        {
            Ring(hole);
            return;
        }
        hole.Settle();
        feed.OnAppended(channel);
        if (hole.IsRung)
        {
            Ring(hole);
            return;
        }
        channel.State.Hole = null;
        ReadNext();
        Feed.Retry(channel);
    }

    private static Hole HoleOf(Channel channel) => channel.State.Hole ??= new Hole(channel);

    private void Ring(Hole hole)
    {
        hole.IsRung = true;
        if (!hole.IsReading && !hole.IsQueued)
        {
            hole.IsQueued = true;
            _queue.Enqueue(hole);
        }
        ReadNext();
    }

    private void ReadNext()
    {
        while (_reads < ReadsMax && _queue.TryDequeue(out Hole? hole))
        {
            hole.IsQueued = false;
            if (IsOffForTests)
            {
                hole.Channel.State.Hole = null;
                continue;
            }
            // Where the store is away it stays rung, until the store is back.
            if (hole.Channel.IsClosed || !feed.Store.IsReachable(hole.Channel.Name))
                continue;
            _reads++;
            feed.Metrics.StoreReads++;
            hole.BeginRead();
            hole.AskedAt = Stopwatch.GetTimestamp();
            feed.Store.Read(hole.Channel.Name, hole.Channel.Log!.LastId, EventId.Max, hole);
        }
    }

    private void Append(Channel channel, in ReadResult result, Segment? frames)
    {
        Log log = channel.Log!;
        ReadOnlySpan<byte> rest = frames is null ? [] : frames.Slice(0, frames.Used);
        bool hasNew = false;
        while (!rest.IsEmpty)
        {
            int length = SseFrame.FirstLength(rest);
            SseFrame.TryReadId(rest, out EventId id);
            // A doorbell may have been quicker than the answer.
            if (id > log.LastId)
            {
                channel.Append(rest[..length], id);
                hasNew = true;
            }
            rest = rest[length..];
        }
        if (result.Through > log.LastId)
            log.PassOver(result.Through);
        if (!hasNew)
            return;
        feed.Metrics.GapsRepaired++;
        channel.HasForeignEvents = true;
        feed.OnAppended(channel);
    }

    /// <summary>
    /// Whether what was read follows the log's last id. If the store no longer has that, the log gets a gap event and goes
    /// on where the store can, with another read.
    /// </summary>
    private bool CheckContinuity(Hole hole, in StreamExtent extent, Segment? frames)
    {
        Channel channel = hole.Channel;
        EventId lastId = channel.Log!.LastId;
        bool isNewHistory = hole.IsNewHistory;
        // What rang since the read was sent may have been that: the next answer tells.
        hole.IsNewHistory &= hole.IsRung;
        if (!extent.Exists)
        {
            // Expired or deleted: who has the last event misses nothing. Unless the store lost it.
            if (!isNewHistory || lastId == EventId.Zero)
                return true;
            Lose(channel, EventId.Zero, extent);
            return false;
        }
        if (lastId != EventId.Zero && StartRules.IsLost(lastId, extent, frames?.FirstId))
        {
            // Also when nobody said that history is new: silence would be worse than a false alarm for an entry deleted alone.
            // An entry that the log does not know is to be read, also where its id is lower than the lost one's.
            Lose(channel, channel.Log.FloorOf(extent.Floor), extent);
            return false;
        }
        if (StartRules.Continues(lastId, extent))
            return true;
        AppendGap(channel, GapReason.Trimmed, StartRules.AfterLoss(lastId, extent), lastId, extent);
        return false;
    }

    private void Lose(Channel channel, EventId lastCommon, in StreamExtent extent)
    {
        EventId lastId = channel.Log!.LastId;
        channel.Rewind(lastCommon);
        AppendGap(channel, GapReason.Lost, lastCommon, lastId, extent);
    }

    private void AppendGap(Channel channel, GapReason reason, EventId from, EventId requested, in StreamExtent extent)
    {
        Span<byte> fromText = stackalloc byte[EventId.TextBytesMax];
        Span<byte> requestedText = stackalloc byte[EventId.TextBytesMax];
        int length = GapFrame.Write(
            _gap, fromText[..from.Format(fromText)], channel.Name.Bytes, StartRules.NameOf(reason),
            requestedText[..requested.Format(requestedText)], extent.Oldest, extent.Newest);
        channel.AppendGap(_gap.AsSpan(0, length), from);
        feed.Metrics.Gaps[(int)reason] += channel.Subscribers;
    }
}
