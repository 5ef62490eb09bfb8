using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;
using RawSse.Server.Channels;
using RawSse.Server.Feed;
using RawSse.Server.Stores;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>How a simulated store asks for pages and extents: each is what the server holds when it executes the command.</summary>
internal sealed class RemoteReads(
    int number, IStoreClient client, SimulatedRedis redis, SimulatedLink link, StoreManners manners, Random random, MemoryBudget budget)
{
    private readonly HashSet<(Channel Channel, bool IsRepair)> _inFlight = [];

    public void Locate(string channel, StartPoint start, object request) => Ask(request, () =>
    {
        StreamExtent extent = default;
        if (redis.Of(channel).Stream is { } stream)
        {
            extent = stream.Locate(start.Kind is StartKind.After or StartKind.At ? start.Id : EventId.Max, redis.CountsAdded);
            if (start.Kind == StartKind.Last)
                extent = extent with { Floor = stream.BeforeLast(start.Count) };
        }
        return () =>
        {
            redis.Diary?.Add($"{number}: {channel} located {start}: {extent}");
            client.OnLocated(request, extent);
        };
    });

    /// <exception cref="OracleException">a repair, or a page, of the channel is being read already</exception>
    public void Read(string channel, EventId after, EventId until, object request)
    {
        if (!_inFlight.Add(KeyOf(request)))
            throw new OracleException($"{channel}: a second read in flight");
        ReadEntries(channel, after, until, request);
    }

    private void ReadEntries(string channel, EventId after, EventId until, object request) => Ask(request, () =>
    {
        redis.Reads++;
        SimulatedStream? stream = redis.Of(channel).Stream;
        // One more than the entry that is read after, or no read would come any further.
        int count = random.Next(2, manners.CountMax + 1);
        List<Timeline.Entry> entries = stream?.Range(after, until, count) ?? [];
        bool isHeld = entries.Count > 0 && entries[0].Id == after;
        var page = new Found(channel, after, entries, entries.Count < count, redis.History);
        StreamExtent extent = stream?.Locate(after, redis.CountsAdded) ?? default;
        if (isHeld && manners.TellsFloorOnly)
            extent = new StreamExtent(true, after, page.Through, 1, long.MaxValue, after);
        if (!isHeld && manners.AsksTwice)
            return () => ReadExtent(channel, page, until, request);
        return () => Answer(page, extent, request);
    });

    private void ReadExtent(string channel, Found page, EventId until, object request) => Ask(request, () =>
    {
        StreamExtent extent = redis.Of(channel).Stream?.Locate(page.After, redis.CountsAdded) ?? default;
        int history = redis.History;
        return () =>
        {
            // Trimmed between the two. Of two histories no store may make one answer.
            bool isTrimmed = page.Entries.Count > 0 && (extent.Length == 0 || extent.Oldest > page.Entries[0].Id);
            if (isTrimmed || page.History != history)
                ReadEntries(channel, page.After, until, request);
            else
                Answer(page, extent, request);
        };
    });

    private void Ask(object request, Func<Action> execute)
    {
        void Lost()
        {
            End(request);
            client.OnUnanswered(request);
        }
        if (!link.IsOpen)
        {
            Lost();
            return;
        }
        bool isError = random.Next(100) < manners.Errors;
        link.Send(new LinkCommand(isError ? () => Lost : execute, Lost));
    }

    private void End(object request)
    {
        if (request is Hole or PageRequest)
            _inFlight.Remove(KeyOf(request));
    }

    private static (Channel Channel, bool IsRepair) KeyOf(object request) =>
        request is Hole hole ? (hole.Channel, true) : (((PageRequest)request).Channel, false);

    private void Answer(Found page, in StreamExtent extent, object request)
    {
        Segment? frames = null;
        EventId through = page.After;
        bool isFull = false;
        foreach (Timeline.Entry entry in page.Entries)
        {
            if (entry.Id == page.After)
                continue;
            if (entry.IsEvent)
            {
                int length = SseFrame.Measure(entry.Id, entry.RawType, entry.RawData);
                frames ??= Segment.Allocate(Math.Max(length, Page.BytesMax), 0, page.After, budget, MemoryKind.Page);
                isFull = !frames.Fits(length);
                if (isFull)
                    break;
                SseFrame.Write(frames.Reserve(length), entry.Id, entry.RawType, entry.RawData);
                frames.Commit(entry.Id, length);
            }
            through = entry.Id;
        }
        redis.Diary?.Add($"{number}: {page.Channel} {request.GetType().Name} read after {page.After}: {page.Entries.Count} through {through}, {extent}");
        End(request);
        client.OnRead(request, new ReadResult(extent, through, IsEnd: page.IsAll && !isFull), frames);
    }

    /// <param name="IsAll">the server had no more</param>
    private sealed record Found(string Channel, EventId After, List<Timeline.Entry> Entries, bool IsAll, int History)
    {
        public EventId Through => Entries.Count == 0 ? After : Entries[^1].Id;
    }
}
