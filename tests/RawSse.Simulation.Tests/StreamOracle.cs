using System.Text;
using System.Text.Json;
using RawSse.Protocol.Ids;

namespace RawSse.Simulation.Tests;

/// <summary>
/// Judges what one stream says against what was stored: each channel's events in order, none lost, none twice, and a gap
/// only where history is really gone (contract §3). Throws <see cref="OracleException"/>.
/// </summary>
internal class StreamOracle
{
    private readonly Ledger.History[] _histories;
    private readonly StreamAsk _ask;
    private readonly ulong _fingerprint;
    private readonly EventId[]? _asked;
    private readonly EventId[] _newestWhenAsked;
    private readonly bool[] _isAfterLoss;
    private EventId[]? _positions;

    /// <param name="ledger">what was stored</param>
    /// <param name="channels">in the bytewise order of their names</param>
    /// <param name="ask">where the stream was asked to start</param>
    public StreamOracle(Ledger ledger, string[] channels, StreamAsk ask)
    {
        _ask = ask;
        _histories = [.. channels.Select(ledger.Of)];
        _isAfterLoss = new bool[channels.Length];
        _newestWhenAsked = [.. _histories.Select(static history => history.Newest)];
        ChannelName[] names = [.. channels.Select(static channel => Name(channel))];
        _fingerprint = channels.Length > 1 ? StreamId.Fingerprint(names) : 0;
        _asked = ask.IdsFor(channels.Length, _fingerprint);
    }

    public int Events { get; private set; }

    public int Gaps { get; private set; }

    public bool IsPlaced => _positions is not null;

    /// <summary>False where nothing is ever trimmed: then any gap is a false alarm.</summary>
    public bool AllowsGaps { get; init; } = true;

    public void Take(SseBlock block)
    {
        Require(block.Id is not null, "a block without an id");
        EventId[] ids = Parse(block.Id!);
        if (block.Data is null)
            Place(ids);
        else if (block.Type == "rawsse.gap")
            TakeGap(ids, block.Data);
        else
            TakeEvent(ids, block);
    }

    /// <summary>Nothing more will come: everything must have.</summary>
    public void AtEnd()
    {
        Require(IsPlaced, "the stream never said where it is");
        for (int i = 0; i < _histories.Length; i++)
            CheckEnd(i, _positions![i]);
    }

    /// <summary>Judges where a stream that was not told a readable id stands.</summary>
    protected virtual void CheckPlace(int channel, EventId position)
    {
        if (_ask.Kind != AskKind.Now)
            return;
        bool isNewEnough = position >= _newestWhenAsked[channel]
            || (position == EventId.Zero && !_histories[channel].IsStored(_newestWhenAsked[channel]));
        Require(isNewEnough, $"now is {position}, before {_newestWhenAsked[channel]}");
    }

    /// <summary>Judges an event that came after <paramref name="position"/>.</summary>
    /// <param name="isAfterLoss">the position comes from a gap <c>trimmed</c> or <c>lost</c></param>
    protected virtual void CheckEvent(int channel, EventId position, bool isAfterLoss, EventId id, SseBlock block)
    {
        Ledger.History history = _histories[channel];
        Ledger.Entry? next = history.After(position);
        // Who stands at the very beginning, or was told of a loss, was promised nothing of a stream that is gone.
        if ((position == EventId.Zero || isAfterLoss) && history.IsFirst(id))
            next = history.After(id.Previous());
        Require(next is not null && next.Id == id, $"{history.Channel}: {id} came after {position}, not {next?.Id}");
        Require(block.Data == next!.Data && (block.Type ?? "") == next.Type, $"{history.Channel}: {id} is not what was stored");
    }

    /// <summary>Judges a gap from one position to another.</summary>
    protected virtual void CheckGap(int channel, string reason, EventId from, EventId to) =>
        CheckGap(_histories[channel], reason, from, to, _newestWhenAsked[channel]);

    /// <summary>Whether a channel of several may move on while nothing of it comes.</summary>
    protected virtual bool PassesOver(int channel, EventId from, EventId to) => false;

    /// <summary>Whether the last that was said of a channel is a gap <c>trimmed</c> or <c>lost</c>.</summary>
    protected bool IsAfterLoss(int channel) => _isAfterLoss[channel];

    /// <summary>Judges where a channel stands when nothing more comes.</summary>
    protected virtual void CheckEnd(int channel, EventId position)
    {
        Ledger.History history = _histories[channel];
        if (history.After(position) is not { } missing)
            return;
        bool isOldLife = (position == EventId.Zero || _isAfterLoss[channel]) && !history.IsStored(history.Newest);
        Require(isOldLife, $"{history.Channel}: {missing.Id} never came after {position}");
    }

    protected static void Require(bool holds, string complaint)
    {
        if (!holds)
            throw new OracleException(complaint);
    }

    private void Place(EventId[] ids)
    {
        Require(!IsPlaced, "a position in the middle of a stream");
        if (_asked is not null)
            Require(ids.AsSpan().SequenceEqual(_asked), $"asked for {_ask}, placed at {string.Join(' ', ids)} without a gap");
        for (int i = 0; i < ids.Length; i++)
            CheckPlace(i, ids[i]);
        _positions = ids;
    }

    private void TakeEvent(EventId[] ids, SseBlock block)
    {
        Require(IsPlaced, "an event before the position");
        int channel = OneThatMoved(ids);
        Ledger.History history = _histories[channel];
        EventId position = _positions![channel];
        Require(ids[channel] > position, $"{history.Channel}: {ids[channel]} came after {position}");
        CheckEvent(channel, position, _isAfterLoss[channel], ids[channel], block);
        _positions[channel] = ids[channel];
        _isAfterLoss[channel] = false;
        Events++;
    }

    private void TakeGap(EventId[] ids, string data)
    {
        Gaps++;
        Require(AllowsGaps, "a gap where nothing is missing: " + data);
        using JsonDocument json = JsonDocument.Parse(data);
        string name = json.RootElement.GetProperty("channel").GetString()!;
        string reason = json.RootElement.GetProperty("reason").GetString()!;
        int channel = Array.FindIndex(_histories, history => history.Channel == name);
        Require(channel >= 0, "a gap of a channel that was not asked for");
        if (_positions is null)
        {
            Require(_asked is null && reason == "unknown", "a gap before the position, though the asked id can be read");
            _positions = ids;
            return;
        }
        for (int i = 0; i < ids.Length; i++)
            Require(i == channel || StaysOrPassesOver(i, ids[i]), "a gap moves one channel only");
        bool isUnreadable = _asked is null && _ask.Kind is (AskKind.Resume or AskKind.At);
        if (!isUnreadable || reason != "unknown")
            CheckGap(channel, reason, _positions[channel], ids[channel]);
        _isAfterLoss[channel] = reason is "trimmed" or "lost";
        _positions[channel] = ids[channel];
    }

    private void CheckGap(Ledger.History history, string reason, EventId from, EventId to, EventId newestWhenAsked)
    {
        string what = $"{history.Channel}: gap {reason} from {from} to {to}";
        if (reason == "ahead")
        {
            Require(from > newestWhenAsked && to >= newestWhenAsked, what + ", which is not ahead");
            return;
        }
        EventId lost = _ask.Kind == AskKind.At ? from.Next() : from;
        if (reason == "unknown")
        {
            Require(!history.Holds(lost), what + ", which is known");
            Require(history.After(to) is not { } skipped || skipped.Id > from, what + " skips backwards over events");
            return;
        }
        bool isLost = from == EventId.Zero ? history.After(from) is { } first && first.Id <= to : !history.IsStored(lost);
        Require(reason == "trimmed" && isLost, what + ", though nothing is lost");
        for (EventId id = from; history.After(id) is { } entry && entry.Id <= to; id = entry.Id)
            Require(!history.IsStored(entry.Id), $"{what} passes over {entry.Id}, which is still stored");
    }

    private int OneThatMoved(EventId[] ids)
    {
        int moved = -1;
        for (int i = 0; i < ids.Length; i++)
        {
            if (StaysOrPassesOver(i, ids[i]))
                continue;
            Require(moved < 0, "an event moves one channel only");
            moved = i;
        }
        Require(moved >= 0, $"an event came twice, or its id did not move: {string.Join(' ', ids)}");
        return moved;
    }

    private bool StaysOrPassesOver(int channel, EventId id)
    {
        bool passes = id != _positions![channel] && PassesOver(channel, _positions[channel], id);
        if (passes)
            _positions[channel] = id;
        return passes || id == _positions[channel];
    }

    private EventId[] Parse(string text)
    {
        var ids = new EventId[_histories.Length];
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bool readable = ids.Length == 1 ? EventId.TryParse(bytes, out ids[0]) : StreamId.TryParse(bytes, _fingerprint, ids);
        Require(readable, $"an id that nobody can resume from: {text}");
        return ids;
    }

    private static ChannelName Name(string channel)
    {
        Require(ChannelName.TryCreate(Encoding.UTF8.GetBytes(channel), out ChannelName? name, out _), channel + " is no name");
        return name!;
    }
}
