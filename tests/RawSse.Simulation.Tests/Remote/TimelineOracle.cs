using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>
/// Judges a stream against all that ever happened to its channels: each event is the next one after the position on some path
/// of time, and whoever stands where time was rolled back, or where something was dropped, is told before anything else comes.
/// </summary>
internal sealed class TimelineOracle : StreamOracle
{
    private readonly SimulatedRedis _redis;
    private readonly Timeline[] _timelines;
    private readonly string[] _channels;
    private readonly HashSet<(string Channel, EventId Id)> _received;
    private readonly StreamAsk _ask;

    // An id that was made up may be given to an event later.
    private readonly EventId[] _greatestWhenAsked;

    /// <param name="ledger">what was stored</param>
    /// <param name="redis">where</param>
    /// <param name="channels">in the bytewise order of their names</param>
    /// <param name="ask">where the stream was asked to start</param>
    /// <param name="isResume">that is where the same client was before</param>
    /// <param name="received">what the client got, from one resumption to the next</param>
    public TimelineOracle(
        Ledger ledger, SimulatedRedis redis, string[] channels, StreamAsk ask, bool isResume, HashSet<(string Channel, EventId Id)> received)
        : base(ledger, channels, ask)
    {
        _redis = redis;
        _channels = channels;
        _timelines = [.. channels.Select(redis.Of)];
        _greatestWhenAsked = [.. _timelines.Select(timeline => timeline.Greatest)];
        _received = received;
        _ask = ask;
        _redis.Diary?.Add($"client {GetHashCode()} was {received.GetHashCode()}: {ask} {isResume}");
        if (!isResume)
            received.Clear();
    }

    /// <summary>Where now is depends on the node; what follows must come wherever it is.</summary>
    protected override void CheckPlace(int channel, EventId position)
    {
    }

    protected override void CheckEvent(int channel, EventId position, bool isAfterLoss, EventId id, SseBlock block)
    {
        string what = $"{_channels[channel]}: {id} after {position}";
        _redis.Diary?.Add($"client {GetHashCode()}: {what}");
        Timeline.Entry? entry = _timelines[channel].Find(id);
        Require(entry is { IsEvent: true }, what + " was never stored");
        Require(block.Data == entry!.Data && (block.Type ?? "") == entry.Type, what + " is not what was stored");
        Require(id > position, what + " is out of order");
        Require(_received.Add((_channels[channel], id)), what + " came twice");
        EventId previous = entry.PreviousEvent(inItsLife: position == EventId.Zero || isAfterLoss);
        Require(previous <= position, $"{what}, but {previous} is before it");
        Timeline.Entry? place = _timelines[channel].Find(position);
        Require(place is null || isAfterLoss || place.IsOnPathOf(entry), what + ", which the store lost: nobody said so");
    }

    protected override void CheckGap(int channel, string reason, EventId from, EventId to)
    {
        string what = $"{_channels[channel]}: gap {reason} from {from} to {to}";
        _redis.Diary?.Add($"client {GetHashCode()}: {what}");
        Timeline timeline = _timelines[channel];
        // Also a position that a stream began at may be no entry's.
        EventId asked = _ask.Kind == AskKind.At ? from.Next() : from;
        bool isMadeUp = _ask.Kind is (AskKind.Resume or AskKind.At)
            && (timeline.Find(asked) is null || asked > _greatestWhenAsked[channel]);
        bool isUncounted = reason == "trimmed" && from == EventId.Zero && !_redis.CountsAdded;
        Require(timeline.HasLosses || isMadeUp || isUncounted, what + ", though the store lost nothing");
        Timeline.Entry? place = timeline.Find(from);
        foreach (Timeline.Entry entry in timeline.Present())
        {
            bool isPassed = entry.IsPromised && entry.Id <= to && (place is null ? entry.Id > from : !entry.IsOnPathOf(place));
            Require(!isPassed || entry.IsGone, $"{what} passes over {entry.Id}, which is still stored");
        }
        // Another node may not have heard yet of what was lost, and tell it once more; or the store has it again.
        _received.RemoveWhere(got => got.Channel == _channels[channel] && got.Id > to && timeline.Find(got.Id)!.IsGone);
    }

    /// <summary>Entries that are no events are passed over; from the beginning, as with events, those of the stream's life count.</summary>
    protected override bool PassesOver(int channel, EventId from, EventId to) =>
        to > from && _timelines[channel].Find(to) is { IsEvent: false } entry && entry.PreviousEvent(inItsLife: from == EventId.Zero) <= from;

    protected override void CheckEnd(int channel, EventId position)
    {
        Timeline timeline = _timelines[channel];
        Timeline.Entry? place = timeline.Find(position);
        string what = $"{_channels[channel]}: at {position}";
        Require(place is null || IsAfterLoss(channel) || place.IsOnPathOf(timeline.Last), what + ", which the store lost: nobody said so");
        if (timeline.Stream is not { } stream)
            return;
        foreach (Timeline.Entry entry in stream.Entries)
            Require(!entry.IsPromised || entry.Id <= position, $"{what} {entry.Id} never came");
    }
}
