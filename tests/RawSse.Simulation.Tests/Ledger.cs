using System.Collections.Concurrent;
using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Server.Stores;

namespace RawSse.Simulation.Tests;

/// <summary>What was really stored, channel by channel, written down as the store confirms it. Any thread.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, History> _histories = new();

    public IEnumerable<History> Histories => _histories.Values;

    public History Of(string channel) => _histories.GetOrAdd(channel, static name => new History(name));

    public History Of(ReadOnlySpan<byte> channel) => Of(Encoding.UTF8.GetString(channel));

    /// <summary>One channel's events in the store's order.</summary>
    internal sealed class History(string channel)
    {
        private readonly List<Entry> _entries = [];
        private readonly HashSet<EventId> _firsts = [];
        private int _epoch;

        public string Channel { get; } = channel;

        /// <summary>The store that holds it; null until the first event.</summary>
        public IStore? Store { get; set; }

        public int Count
        {
            get
            {
                lock (_entries)
                    return _entries.Count;
            }
        }

        public EventId Newest
        {
            get
            {
                lock (_entries)
                    return _entries.Count == 0 ? EventId.Zero : _entries[^1].Id;
            }
        }

        /// <summary>Id before the first event of the stream that lives now: an expired or evicted one begins anew.</summary>
        public EventId EpochStart
        {
            get
            {
                lock (_entries)
                    return _epoch == 0 ? EventId.Zero : _entries[_epoch - 1].Id;
            }
        }

        /// <summary>Whether a stream began with this event, for the first time or anew.</summary>
        public bool IsFirst(EventId id)
        {
            lock (_entries)
                return _firsts.Contains(id);
        }

        public void Add(Entry entry, bool startsAnew)
        {
            lock (_entries)
            {
                if (startsAnew)
                {
                    _epoch = _entries.Count;
                    _firsts.Add(entry.Id);
                }
                _entries.Add(entry);
            }
        }

        public EventId IdAt(int place)
        {
            lock (_entries)
                return _entries[place].Id;
        }

        /// <summary>The first event above <paramref name="id"/>.</summary>
        public Entry? After(EventId id)
        {
            lock (_entries)
            {
                int low = 0, high = _entries.Count;
                while (low < high)
                {
                    int middle = (low + high) / 2;
                    if (_entries[middle].Id > id)
                        high = middle;
                    else
                        low = middle + 1;
                }
                return low < _entries.Count ? _entries[low] : null;
            }
        }

        public bool Holds(EventId id)
        {
            Entry? entry = After(id.Previous());
            return entry is not null && entry.Id == id;
        }

        /// <summary>Whether the store still has it. The store's thread only.</summary>
        public bool IsStored(EventId id) =>
            Store?.Peek(Encoding.UTF8.GetBytes(Channel)) is { Length: > 0 } extent && id >= extent.Oldest && Holds(id);
    }

    /// <summary>A stored event; <see cref="Data"/> as a reader is to see it.</summary>
    internal sealed record Entry(EventId Id, string Type, string Data);
}
