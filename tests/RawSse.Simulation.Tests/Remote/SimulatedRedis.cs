using System.Text;
using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests.Remote;

/// <summary>
/// The server that all nodes share: streams and Pub/Sub. Knows all that ever happened. Everything is executed at once; what
/// is on its way to and from it is in <see cref="SimulatedLink"/>s. One thread.
/// </summary>
internal sealed class SimulatedRedis(StepClock clock, Ledger ledger)
{
    private readonly SortedDictionary<string, Timeline> _channels = new(StringComparer.Ordinal);
    private readonly Stack<Snapshot> _snapshots = new();
    private int _number;

    /// <summary>Its run id, so to say.</summary>
    public int History { get; private set; } = 1;

    public bool IsUp { get; private set; } = true;

    /// <summary>Before Redis 7 nobody counts what was ever added.</summary>
    public bool CountsAdded { get; init; } = true;

    /// <summary>MAXLEN of publishes.</summary>
    public int LengthMax { get; init; } = 10_000;

    public List<SimulatedLink> Links { get; } = [];

    /// <summary>Commands that read a page.</summary>
    public long Reads { get; set; }

    /// <summary>What was done and said, for whoever replays a seed; null: nobody wants to know.</summary>
    public Diary? Diary { get; set; }

    public IEnumerable<string> Channels => _channels.Keys;

    public Timeline Of(string channel)
    {
        if (!_channels.TryGetValue(channel, out Timeline? timeline))
            _channels.Add(channel, timeline = new Timeline());
        return timeline;
    }

    /// <summary>publish.lua.</summary>
    public Doorbell Publish(string channel, byte[] type, byte[] data)
    {
        SimulatedStream? stream = Of(channel).Stream;
        EventId previous = stream is null ? EventId.Zero : stream.Entries.Count > 0 ? stream.Newest : stream.LastGenerated;
        var doorbell = new Doorbell(channel, Add(channel, type, data, isEvent: true), previous, type, data);
        Ring(doorbell);
        return doorbell;
    }

    /// <summary>XADD by hand: nobody is told.</summary>
    public EventId Add(string channel, bool isEvent = true) =>
        Add(channel, [], Encoding.UTF8.GetBytes($"{channel} by hand {++_number}"), isEvent);

    public void Publish(string channel) => Publish(channel, [], Encoding.UTF8.GetBytes($"{channel} {++_number}"));

    /// <summary>PUBLISH.</summary>
    public void Ring(Doorbell doorbell)
    {
        Diary?.Add($"server: {doorbell.Channel} rings {doorbell.Id} after {doorbell.Previous}");
        foreach (SimulatedLink link in Links)
            link.Push(doorbell);
    }

    public void Trim(string channel, int kept)
    {
        Timeline timeline = Of(channel);
        if (timeline.Stream is not { } stream || stream.Entries.Count <= kept)
            return;
        Diary?.Add($"server: {channel} trimmed to {kept}");
        timeline.HasLosses = true;
        stream.Trim(kept);
    }

    /// <summary>DEL, or expiry.</summary>
    public void Delete(string channel)
    {
        Timeline timeline = Of(channel);
        if (timeline.Stream is not { } stream)
            return;
        Diary?.Add($"server: {channel} deleted");
        timeline.HasLosses = true;
        stream.Trim(0);
        timeline.Stream = null;
        clock.Advance(1);
    }

    public void DeleteNewest(string channel) => DeleteEntry(channel, Of(channel).Stream!.Entries.Count - 1);

    /// <summary>XDEL.</summary>
    public void DeleteEntry(string channel, int place)
    {
        Timeline timeline = Of(channel);
        timeline.HasLosses = true;
        Timeline.Entry entry = timeline.Stream!.DeleteAt(place);
        Diary?.Add($"server: {channel} lost {entry.Id} alone");
        entry.IsGone = true;
        entry.IsDeleted = true;
    }

    /// <summary>What a restart may find.</summary>
    public void Save() => _snapshots.Push(new Snapshot(
        _channels.ToDictionary(static pair => pair.Key, static pair => (pair.Value.Last, pair.Value.Stream?.Copy()))));

    /// <summary>Everybody's connections break.</summary>
    public void GoDown()
    {
        Diary?.Add("server: down");
        IsUp = false;
        foreach (SimulatedLink link in Links)
            link.Break();
    }

    /// <summary>It is back, with everything or with what was saved.</summary>
    public void ComeUp(bool rollsBack)
    {
        IsUp = true;
        History++;
        Diary?.Add($"server: up, history {History}");
        if (rollsBack)
            RollBack();
    }

    /// <summary>It holds what was saved, while everybody stays connected: it is a replica of another server now, say.</summary>
    public void Switch()
    {
        History++;
        RollBack();
        foreach (SimulatedLink link in Links)
            link.Silence();
    }

    private EventId Add(string channel, byte[] type, byte[] data, bool isEvent)
    {
        Timeline timeline = Of(channel);
        bool startsAnew = timeline.Stream is null;
        SimulatedStream stream = timeline.Stream ??= new SimulatedStream();
        ulong nowMs = (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();
        EventId last = stream.LastGenerated;
        EventId id = nowMs > last.Milliseconds ? new EventId(nowMs, 0) : last.Next();
        string seen = Encoding.UTF8.GetString(data).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var entry = timeline.Add(id, Encoding.UTF8.GetString(type), seen, isEvent, startsAnew);
        entry.RawType = type;
        entry.RawData = data;
        stream.Add(entry);
        Diary?.Add($"server: {channel} {id} added{(isEvent ? "" : ", which is no event")}");
        if (isEvent)
            ledger.Of(channel).Add(new Ledger.Entry(id, entry.Type, entry.Data), startsAnew: false);
        if (stream.Entries.Count > LengthMax)
            Trim(channel, LengthMax);
        return id;
    }

    private void RollBack()
    {
        if (!_snapshots.TryPop(out Snapshot? snapshot))
            return;
        foreach ((string channel, Timeline timeline) in _channels)
        {
            (Timeline.Entry? last, SimulatedStream? stream) = snapshot.Channels.GetValueOrDefault(channel);
            // What was deleted does not rise again.
            if (stream is not null && timeline.Stream?.Life != stream.Life)
                continue;
            timeline.GoBackTo(last);
            timeline.Stream = stream;
            Diary?.Add($"server: {channel} is back at {last?.Id}");
        }
        // Ids of this time are not those of the time that was.
        clock.Advance(1);
    }

    private sealed record Snapshot(Dictionary<string, (Timeline.Entry? Last, SimulatedStream? Stream)> Channels);
}
