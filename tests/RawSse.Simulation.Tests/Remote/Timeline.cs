using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>
/// All that ever happened to one channel: every entry that was ever added, each behind the one that it was added after. A
/// server that is rolled back goes on from an earlier entry, so the entries are a tree and the present is one path through it.
/// Ids are never used twice.
/// </summary>
internal sealed class Timeline
{
    private readonly Dictionary<EventId, Entry> _entries = [];

    /// <summary>The newest entry of the present, held or not; null: none yet.</summary>
    public Entry? Last { get; private set; }

    /// <summary>The stream as it is now; null: there is none.</summary>
    public SimulatedStream? Stream { get; set; }

    /// <summary>The store dropped or lost something of the channel: gaps may be.</summary>
    public bool HasLosses { get; set; }

    /// <summary>The greatest id ever given, also in times that were rolled back.</summary>
    public EventId Greatest { get; private set; }

    public Entry? Find(EventId id) => _entries.GetValueOrDefault(id);

    public Entry Add(EventId id, string type, string data, bool isEvent, bool startsAnew)
    {
        Last = new Entry(id, type, data, Last, startsAnew) { IsEvent = isEvent };
        _entries.Add(id, Last);
        if (id > Greatest)
            Greatest = id;
        return Last;
    }

    /// <summary>The present is again what it was at <paramref name="entry"/>; what was added since is lost.</summary>
    public void GoBackTo(Entry? entry)
    {
        for (Entry? lost = Last; lost is not null && !lost.IsOnPathOf(entry); lost = lost.Parent)
        {
            lost.IsGone = true;
            HasLosses = true;
        }
        Last = entry;
    }

    /// <summary>The entries of the present, newest first.</summary>
    public IEnumerable<Entry> Present()
    {
        for (Entry? entry = Last; entry is not null; entry = entry.Parent)
            yield return entry;
    }

    internal sealed class Entry(EventId id, string type, string data, Entry? parent, bool startsAnew)
    {
        public EventId Id { get; } = id;

        public string Type { get; } = type;

        public string Data { get; } = data;

        /// <summary>Type and data as they were published.</summary>
        public byte[] RawType { get; set; } = [];

        public byte[] RawData { get; set; } = [];

        public Entry? Parent { get; } = parent;

        /// <summary>There was no stream before it.</summary>
        public bool StartsAnew { get; } = startsAnew;

        /// <summary>False: it can be no event.</summary>
        public bool IsEvent { get; init; }

        /// <summary>It was deleted alone, out of the middle: nobody is told.</summary>
        public bool IsDeleted { get; set; }

        /// <summary>Whoever comes by here is to get it or a gap.</summary>
        public bool IsPromised => IsEvent && !IsDeleted;

        /// <summary>The store dropped or lost it at some time. It may have come back since.</summary>
        public bool IsGone { get; set; }

        /// <summary>Whether it is <paramref name="entry"/> or came before it.</summary>
        public bool IsOnPathOf(Entry? entry)
        {
            while (entry is not null && entry.Id > Id)
                entry = entry.Parent;
            return ReferenceEquals(entry, this);
        }

        /// <summary>Id of the event before it; 0-0 when there is none.</summary>
        /// <param name="inItsLife">events of a stream that is gone do not count</param>
        public EventId PreviousEvent(bool inItsLife)
        {
            for (Entry entry = this; entry.Parent is { } before && !(inItsLife && entry.StartsAnew); entry = before)
            {
                if (before.IsPromised)
                    return before.Id;
            }
            return EventId.Zero;
        }
    }
}
