using RawSse.Protocol.Ids;
using RawSse.Server.Stores;

namespace RawSse.Server.Feed;

/// <summary>Why events before the position that a stream goes on from may be missing (contract §3).</summary>
internal enum GapReason : byte
{
    None,
    Trimmed,
    Unknown,
    Ahead,
    Lost,
}

/// <summary>Where a stream goes on from: everything after <see cref="From"/> follows.</summary>
internal readonly record struct StartDecision(EventId From, GapReason Gap);

/// <summary>The gap table of contract §3, decided in one place from an answer of the store.</summary>
internal static class StartRules
{
    public static string NameOf(GapReason reason) => reason switch
    {
        GapReason.Trimmed => "trimmed",
        GapReason.Unknown => "unknown",
        GapReason.Ahead => "ahead",
        GapReason.Lost => "lost",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    public static StartDecision Decide(StartPoint start, in StreamExtent extent) => start.Kind switch
    {
        StartKind.Now => new(extent.Newest, GapReason.None),
        StartKind.Unreadable => new(extent.Newest, GapReason.Unknown),
        StartKind.Earliest => FromOldest(extent),
        StartKind.Last => new(extent.Floor != EventId.Zero ? extent.Floor : BeforeOldest(extent), GapReason.None),
        StartKind.After when start.Id == EventId.Zero => FromOldest(extent),
        StartKind.At when start.Id == EventId.Zero => FromOldest(extent),
        StartKind.After => FromId(start.Id, start.Id, extent),
        StartKind.At => FromId(start.Id, start.Id.Previous(), extent),
        _ => throw new ArgumentOutOfRangeException(nameof(start)),
    };

    /// <summary>
    /// Amends a decision by what the log remembers of a stream that the store has forgotten, because it expired or made room:
    /// that there were events before, and where now is.
    /// </summary>
    /// <param name="decision">what the store's answer alone says</param>
    /// <param name="start">what was asked for</param>
    /// <param name="extent">the store's answer</param>
    /// <param name="tail">id of the event before the oldest in the log; 0-0 when there never was one</param>
    /// <param name="last">id of the newest event announced</param>
    public static StartDecision Remember(StartDecision decision, StartPoint start, in StreamExtent extent, EventId tail, EventId last)
    {
        if (start.Kind is StartKind.Unreadable or StartKind.Last)
            return extent.Exists ? decision : decision with { From = last };
        bool isFromBeginning = decision.From == EventId.Zero && decision.Gap == GapReason.None;
        if (!isFromBeginning || tail == EventId.Zero || (extent.Exists && tail >= extent.Oldest))
            return decision;
        return new(extent.Exists ? extent.Oldest.Previous() : tail, GapReason.Trimmed);
    }

    /// <summary>
    /// Whether a page that was read after <paramref name="after"/> continues it: that entry is still held, or nothing can
    /// have stood between it and the oldest. The stream exists.
    /// </summary>
    public static bool Continues(EventId after, in StreamExtent extent) =>
        (after != EventId.Zero && extent.Floor == after)
        || after >= extent.Newest
        || (extent.Length > 0 && after >= extent.Oldest)
        || extent.Oldest == after.Next()
        || (after == EventId.Zero && !extent.IsTrimmed);

    /// <summary>
    /// Whether the store lost the entry that a page was read after: it is not there, though older ones are, or it is newer than
    /// the newest. Nothing lies between it and the greatest entry below it, so the page follows that entry as well.
    /// </summary>
    /// <param name="after">an entry that was there, or a position right before one. Not 0-0</param>
    /// <param name="extent">of the stream, which exists</param>
    /// <param name="next">the page's first event; null: it has none</param>
    public static bool IsLost(EventId after, in StreamExtent extent, EventId? next)
    {
        if (after > extent.Newest)
            return true;
        bool isAmong = extent.Length > 0 && after >= extent.Oldest && after < extent.Newest;
        return isAmong && extent.Floor != after && after.Next() != next;
    }

    /// <summary>The position from which the oldest entry held is next.</summary>
    public static EventId BeforeOldest(in StreamExtent extent)
    {
        if (extent.Length == 0)
            return extent.Newest;
        return extent.IsTrimmed ? extent.Oldest.Previous() : EventId.Zero;
    }

    /// <summary>
    /// Where whoever was at <paramref name="after"/> goes on once what followed it was trimmed: right before the oldest, and
    /// never back behind what they had, not even when the stream began anew.
    /// </summary>
    public static EventId AfterLoss(EventId after, in StreamExtent extent)
    {
        EventId next = extent.Length > 0 ? extent.Oldest.Previous() : extent.Newest;
        return next > after ? next : after;
    }

    /// <summary>
    /// Where whoever has what the store lost goes on: from the greatest entry below it that is held. The newest may have been
    /// deleted, and then it is no place in any log.
    /// </summary>
    public static EventId LastCommon(in StreamExtent extent) => extent.Length > 0 ? extent.Floor : extent.Newest;

    private static StartDecision FromOldest(in StreamExtent extent) =>
        new(BeforeOldest(extent), extent.IsTrimmed ? GapReason.Trimmed : GapReason.None);

    private static StartDecision FromId(EventId asked, EventId position, in StreamExtent extent)
    {
        // A stream that began at an entry, or after a gap, may have told a position that no entry has.
        if (extent.Length > 0 && position.Next() == extent.Oldest)
            return new(position, GapReason.None);
        if (!extent.Exists || (asked < extent.Oldest && extent.Length > 0))
            return new(AfterLoss(position, extent), GapReason.Trimmed);
        if (asked > extent.Newest)
            return new(LastCommon(extent), GapReason.Ahead);
        if (asked == extent.Floor || asked == extent.Newest)
            return new(position, GapReason.None);
        return extent.Length == 0 ? new(extent.Newest, GapReason.Trimmed) : new(extent.Floor, GapReason.Unknown);
    }
}
