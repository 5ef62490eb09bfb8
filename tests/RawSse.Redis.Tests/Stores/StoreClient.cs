using System.Text;
using RawSse.Server.Channels;
using RawSse.Server.Stores;
using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>A doorbell as a store rang it; <see cref="Id"/> is null for a mere bell.</summary>
internal sealed record Rung(string Channel, EventId? Id = null, EventId? Previous = null, string Type = "", string Data = "");

internal sealed record Resumed(string Channel, bool IsNewHistory);

/// <summary>What was read: the ids and datas of its frames.</summary>
internal sealed record ReadAnswer(ReadResult Result, IReadOnlyList<EventId> Ids, string Frames);

/// <summary>Writes down what a store says, in order.</summary>
internal sealed class StoreClient : IStoreClient
{
    private static readonly object s_unanswered = new();

    /// <summary>Counts doorbells and writes none down, which would be garbage.</summary>
    public bool OnlyCounts { get; set; }

    public int Announced { get; private set; }

    public int Chained { get; private set; }

    /// <summary>Answers by request.</summary>
    public Dictionary<object, object> Answers { get; } = [];

    /// <summary>Ids by channel, for each time it was opened.</summary>
    public List<(string Channel, EventId LastId)> Opened { get; } = [];

    public List<Rung> Rung { get; } = [];

    public List<Resumed> Resumed { get; } = [];

    public List<(string Channel, bool IsLast)> Verified { get; } = [];

    /// <summary>Requests in the order in which their publishes were answered.</summary>
    public List<object> Appended { get; } = [];

    /// <summary>Bytes of the largest page that was handed over.</summary>
    public int LargestCapacity { get; private set; }

    public bool IsUnanswered(object request) => Answers.TryGetValue(request, out object? answer) && answer == s_unanswered;

    public void OnOpened(Channel channel, EventId lastId) => Opened.Add((channel.Name.ToString(), lastId));

    public void OnAppended(object request, scoped in AppendResult result, ReadOnlySpan<byte> frame)
    {
        Assert.That(frame.IsEmpty, "a frame is not at hand here");
        Appended.Add(request);
        Answers.Add(request, result);
    }

    public void OnLocated(object request, in StreamExtent extent) => Answers.Add(request, extent);

    public void OnRead(object request, in ReadResult result, Segment? frames)
    {
        var ids = new List<EventId>();
        for (int i = 0; i < frames?.Count; i++) ids.Add(frames.IdAt(i));
        string text = frames is null ? "" : Encoding.UTF8.GetString(frames.Slice(0, frames.Used));
        LargestCapacity = Math.Max(LargestCapacity, frames?.Capacity ?? 0);
        frames?.Free();
        Answers.Add(request, new ReadAnswer(result, ids, text));
    }

    public void OnUnanswered(object request) => Answers.Add(request, s_unanswered);

    public void OnAnnounced(Channel channel, scoped in Announcement announcement)
    {
        Announced++;
        Chained += announcement.IsChained ? 1 : 0;
        if (OnlyCounts) return;
        string name = channel.Name.ToString();
        Rung.Add(announcement.IsChained
            ? new(name, announcement.Id, announcement.Previous, Encoding.UTF8.GetString(announcement.Type), Encoding.UTF8.GetString(announcement.Data))
            : new(name));
    }

    public void OnResumed(Channel channel, bool isNewHistory) => Resumed.Add(new(channel.Name.ToString(), isNewHistory));

    public void OnVerified(Channel channel, bool isLast) => Verified.Add((channel.Name.ToString(), isLast));
}
