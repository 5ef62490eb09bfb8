using System.Text.Unicode;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;
using RawSse.Protocol.Sse;

namespace RawSse.Server.Stores.Redis;

/// <summary>An entry of a stream as XRANGE gives it: its id and its fields, of which <c>type</c> and <c>data</c> are ours.</summary>
internal readonly ref struct StoredEntry
{
    public EventId Id { get; private init; }

    public ReadOnlySpan<byte> Type { get; private init; }

    public ReadOnlySpan<byte> Data { get; private init; }

    /// <summary>Bytes of the frame; 0 when the entry can be no event.</summary>
    public int FrameLength { get; private init; }

    /// <summary>Why the entry can be no event; null when it can.</summary>
    public string? Problem { get; private init; }

    /// <returns>false: it is no entry</returns>
    public static bool TryRead(ReadOnlySpan<byte> element, int frameBytesMax, out StoredEntry entry)
    {
        entry = default;
        var reader = new RespReader(element);
        if (!reader.Read() || reader.Count != 2 || !reader.Read() || !EventId.TryParse(reader.Text, out EventId id))
            return false;
        if (!reader.Read())
            return false;
        ReadOnlySpan<byte> type = default, data = default;
        bool hasData = false;
        for (int fields = reader.Count / 2; fields > 0 && reader.Read(); fields--)
        {
            ReadOnlySpan<byte> field = reader.Text;
            if (!reader.Read())
                return false;
            if (field.SequenceEqual("data"u8))
            {
                data = reader.Text;
                hasData = true;
            }
            else if (field.SequenceEqual("type"u8))
                type = reader.Text;
        }
        string? problem = hasData ? ProblemOf(type, data) : "it has no field data";
        int length = problem is null ? SseFrame.Measure(id, type, data) : 0;
        if (length > frameBytesMax)
            (problem, length) = ("it is larger than --max-event-bytes", 0);
        entry = new StoredEntry { Id = id, Type = type, Data = data, FrameLength = length, Problem = problem };
        return true;
    }

    private static string? ProblemOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (EventType.Validate(type) != EventTypeStatus.Ok)
            return "its type cannot be one";
        return Utf8.IsValid(data) ? null : "its data is not UTF-8";
    }
}
