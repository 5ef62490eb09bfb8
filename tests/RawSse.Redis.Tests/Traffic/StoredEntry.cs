using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Traffic;

/// <summary>An entry of a stream in Redis.</summary>
internal readonly record struct StoredEntry(EventId Id, string Data)
{
    /// <summary>The reply to XRANGE; an entry without data has none.</summary>
    public static StoredEntry[] Read(RespReply entries) => [.. entries.Items!.Select(entry => new StoredEntry(
        EventId.Parse(entry[0].Text), entry[1].Items!.Chunk(2).FirstOrDefault(field => field[0].Text == "data")?[1].Text ?? ""))];
}
