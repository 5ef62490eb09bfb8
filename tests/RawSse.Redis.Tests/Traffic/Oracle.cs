namespace RawSse.Redis.Tests.Traffic;

/// <summary>
/// Judges what subscribers saw against what the store holds in the end: from its first position on, each must have seen each
/// entry once and in order. Not by what was published: the order of the store is the truth. One thread.
/// </summary>
internal sealed class Oracle
{
    private const int FaultsMax = 40;

    private readonly Dictionary<string, StoredEntry[]> _truth;
    private readonly Dictionary<string, Dictionary<EventId, int>> _places;
    private readonly GapRule _rule;
    private readonly List<string> _faults = [];

    /// <param name="truth">the entries of each channel, in the store's order</param>
    /// <param name="rule">what may be missed</param>
    public Oracle(Dictionary<string, StoredEntry[]> truth, GapRule rule)
    {
        _truth = truth;
        _rule = rule;
        _places = truth.ToDictionary(t => t.Key, t => t.Value.Index().ToDictionary(e => e.Item.Id, e => e.Index));
        foreach ((string channel, StoredEntry[] entries) in truth) JudgeStore(channel, entries);
    }

    /// <summary>What broke the promise; the first ones only.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Events that were seen and are in the store.</summary>
    public int Delivered { get; private set; }

    /// <summary>Events that were seen and that the store has lost.</summary>
    public int Vanished { get; private set; }

    public int Gaps { get; private set; }

    /// <summary>Entries that were missed inside announced gaps.</summary>
    public int Excused { get; private set; }

    /// <summary>An acknowledged event is in the store, under the id that was given for it.</summary>
    public void JudgeAcknowledged(string channel, string data, EventId id)
    {
        if (!_places[channel].TryGetValue(id, out int place))
            Fault($"{channel}: «{data}» was acknowledged as {id}, and the store has no such entry");
        else if (_truth[channel][place].Data != data)
            Fault($"{channel}: «{data}» was acknowledged as {id}, which is «{_truth[channel][place].Data}»");
    }

    public void Judge(ChannelRecord record)
    {
        if (record.Start is not { } start)
        {
            Fault($"{record.Subscriber} {record.Channel}: it never got a position");
            return;
        }
        StoredEntry[] entries = _truth[record.Channel];
        int next = FirstAfter(entries, start);
        EventId? vanished = null;
        foreach (Observation seen in record.Seen)
        {
            if (seen.IsGap) (next, vanished) = (AfterGap(record, seen, next), null);
            else if (_places[record.Channel].TryGetValue(seen.Id, out int place)) next = AfterEvent(record, seen, place, next, ref vanished);
            else vanished = AfterVanished(record, seen, vanished);
        }
        if (vanished is { } last) Fault($"{record.Subscriber} {record.Channel}: the store lost {last}, which it saw, and no gap was announced");
        if (next < entries.Length)
            Fault($"{record.Subscriber} {record.Channel}: it never got {entries.Length - next} entries from «{entries[next].Data}» ({entries[next].Id}) on");
    }

    /// <summary>Each publish is one entry, whatever was repeated.</summary>
    private void JudgeStore(string channel, StoredEntry[] entries)
    {
        foreach (IGrouping<string, StoredEntry> twice in entries.GroupBy(e => e.Data).Where(g => g.Count() > 1))
            Fault($"{channel}: the store has «{twice.Key}» {twice.Count()} times: {string.Join(", ", twice.Select(e => e.Id))}");
    }

    private int AfterEvent(ChannelRecord record, Observation seen, int place, int next, ref EventId? vanished)
    {
        StoredEntry[] entries = _truth[record.Channel];
        string who = $"{record.Subscriber} {record.Channel}";
        Delivered++;
        if (entries[place].Data != seen.Data) Fault($"{who}: {seen.Id} is «{entries[place].Data}» and it got «{seen.Data}»");
        if (vanished is { } lost) Fault($"{who}: the store lost {lost}, which it saw, and it got {seen.Id} without a gap before");
        vanished = null;
        if (place < next) Fault($"{who}: «{seen.Data}» ({seen.Id}) came twice or out of order, it had {(next == 0 ? "nothing" : $"{entries[next - 1].Id}")} before");
        if (place > next) Fault($"{who}: {place - next} entries from «{entries[next].Data}» ({entries[next].Id}) on were lost before «{seen.Data}» ({seen.Id})");
        return Math.Max(next, place + 1);
    }

    private EventId AfterVanished(ChannelRecord record, Observation seen, EventId? vanished)
    {
        Vanished++;
        if (_rule == GapRule.None) Fault($"{record.Subscriber} {record.Channel}: «{seen.Data}» ({seen.Id}) is not in the store");
        if (vanished is { } before && seen.Id.CompareTo(before) <= 0) Fault($"{record.Subscriber} {record.Channel}: {seen.Id} came after {before}");
        return seen.Id;
    }

    private int AfterGap(ChannelRecord record, Observation gap, int next)
    {
        Gaps++;
        if (_rule == GapRule.None) Fault($"{record.Subscriber} {record.Channel}: a gap «{gap.Data}» at {gap.Id}");
        StoredEntry[] entries = _truth[record.Channel];
        int goesOnAt = FirstAfter(entries, gap.Id);
        if (goesOnAt <= next) return next;
        Excused += goesOnAt - next;
        if (_rule != GapRule.Announced)
            Fault($"{record.Subscriber} {record.Channel}: the gap «{gap.Data}» at {gap.Id} leaves out {goesOnAt - next} entries that the store has, from {entries[next].Id} on");
        return goesOnAt;
    }

    private static int FirstAfter(StoredEntry[] entries, EventId id)
    {
        int place = Array.FindIndex(entries, e => e.Id.CompareTo(id) > 0);
        return place < 0 ? entries.Length : place;
    }

    private void Fault(string fault)
    {
        if (_faults.Count < FaultsMax) _faults.Add(fault);
    }
}
