namespace RawSse.Bench.Kestrel;

/// <summary>The last 1,000 events of a channel and the ids to find them by: 1, 2, 3 … Not safe for threads: whoever uses it holds a lock.</summary>
internal sealed class History<T>
{
    private const int LengthMax = 1_000;

    // Grows to its length with the events that come, since most channels have few.
    private T[] _events = [];

    /// <summary>The id of the newest event; 0: there is none.</summary>
    public long LastId { get; private set; }

    /// <summary>The id that the next event will get.</summary>
    public long NextId => LastId + 1;

    private long FirstId => Math.Max(1, LastId - LengthMax + 1);

    public void Add(T item)
    {
        if (LastId == _events.Length && LastId < LengthMax) Array.Resize(ref _events, (int)Math.Clamp(LastId * 2, 4, LengthMax));
        _events[LastId++ % LengthMax] = item;
    }

    /// <summary>All that is kept and follows this id, in order.</summary>
    public T[] After(long id)
    {
        long from = Math.Max(id + 1, FirstId);
        if (from > LastId) return [];
        var events = new T[LastId - from + 1];
        for (long next = from; next <= LastId; next++) events[next - from] = _events[(next - 1) % LengthMax];
        return events;
    }

    /// <summary>Whether all that follows this id is still kept.</summary>
    public bool Reaches(long id) => id + 1 >= FirstId;
}
