using System.Text.Json;

namespace RawSse.Browser.Tests.Support;

/// <summary>What a reader was given as one event.</summary>
/// <param name="Id">the last event id after it</param>
/// <param name="Type"><c>message</c> when the stream names none</param>
/// <param name="Data">its data lines, joined by LF</param>
internal sealed record ReadEvent(string Id, string Type, string Data)
{
    /// <summary>How scripts write it: lower-case names.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);
}
