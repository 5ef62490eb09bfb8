using System.Text.Json;

namespace RawSse.Functional.Tests.Support;

/// <summary>A gap event: <see cref="Id"/> is the position the stream goes on from.</summary>
internal sealed record Gap(string Id, string Channel, string Reason, string Requested, string Oldest, string Newest)
{
    /// <summary>Contract §3: exactly these five members, all strings, in this order.</summary>
    public static Gap Of(SseItem item)
    {
        JsonElement json = JsonDocument.Parse(item.Text).RootElement;
        Assert.That(json.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(new[] { "channel", "reason", "requested", "oldest", "newest" }), item.Text);
        string Value(string name) => json.GetProperty(name).GetString()!;
        return new Gap(item.Id, Value("channel"), Value("reason"), Value("requested"), Value("oldest"), Value("newest"));
    }
}
