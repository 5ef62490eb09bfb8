using RawSse.Protocol.Ids;
using RawSse.Server.Stores;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>A stream as Redis has it: entries in the order of their ids, the last id given, how many were ever added.</summary>
internal sealed class SimulatedStream
{
    private readonly List<Timeline.Entry> _entries = [];

    /// <summary>The same in all copies of a stream, another once it began anew.</summary>
    public object Life { get; private init; } = new();

    public EventId LastGenerated { get; private set; }

    public long Added { get; private set; }

    public IReadOnlyList<Timeline.Entry> Entries => _entries;

    public EventId Newest => _entries.Count == 0 ? EventId.Zero : _entries[^1].Id;

    public SimulatedStream Copy()
    {
        var copy = new SimulatedStream { Life = Life, LastGenerated = LastGenerated, Added = Added };
        copy._entries.AddRange(_entries);
        return copy;
    }

    public void Add(Timeline.Entry entry)
    {
        _entries.Add(entry);
        LastGenerated = entry.Id;
        Added++;
    }

    /// <summary>Keeps the newest.</summary>
    public void Trim(int kept)
    {
        while (_entries.Count > kept)
        {
            _entries[0].IsGone = true;
            _entries.RemoveAt(0);
        }
    }

    public Timeline.Entry DeleteAt(int place)
    {
        Timeline.Entry entry = _entries[place];
        _entries.RemoveAt(place);
        return entry;
    }

    /// <summary>What locate.lua answers.</summary>
    public StreamExtent Locate(EventId id, bool countsAdded)
    {
        Timeline.Entry? floor = _entries.FindLast(entry => entry.Id <= id);
        EventId oldest = _entries.Count == 0 ? EventId.Zero : _entries[0].Id;
        return new StreamExtent(
            true, oldest, LastGenerated, _entries.Count, countsAdded ? Added : long.MaxValue, floor?.Id ?? EventId.Zero);
    }

    /// <summary>XRANGE.</summary>
    public List<Timeline.Entry> Range(EventId from, EventId to, int count) =>
        [.. _entries.Where(entry => entry.Id >= from && entry.Id <= to).Take(count)];

    /// <summary>The entry before the newest <paramref name="count"/>; 0-0 when there is none.</summary>
    public EventId BeforeLast(int count) => count < _entries.Count ? _entries[_entries.Count - count - 1].Id : EventId.Zero;
}
