using System.Text;
using System.Text.Json;

namespace RawSse.Functional.Tests.Support;

/// <summary>An answer as it came: the head's fields in order, and the body with its framing removed.</summary>
internal sealed record HttpReply(string Version, int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The value of a field that must stand once; null when it is not there.</summary>
    public string? Header(string name)
    {
        string[] values = [.. Headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];
        Assert.That(values, Has.Length.LessThanOrEqualTo(1), $"field {name} is there more than once");
        return values.Length == 0 ? null : values[0];
    }

    /// <summary>The id of a publish that must have been confirmed; the body must be exactly <c>{"id":"…"}</c>.</summary>
    public string PublishedId()
    {
        Assert.That(Status, Is.EqualTo(200), Text);
        Assert.That(Header("Content-Type"), Does.StartWith("application/json"));
        string id = Json.GetProperty("id").GetString()!;
        Assert.That(Text.TrimEnd(), Is.EqualTo($"{{\"id\":\"{id}\"}}"));
        Assert.That(id, Does.Match("^[0-9]+-[0-9]+$"));
        return id;
    }

    /// <summary>Contract §2: every error is a JSON body <c>{"error","detail"}</c> that says what to change.</summary>
    public HttpReply MustBeError(params int[] statuses)
    {
        Assert.That(statuses, Does.Contain(Status), Text);
        Assert.That(Header("Content-Type"), Does.StartWith("application/json"));
        Assert.That(Json.GetProperty("error").GetString(), Is.Not.Empty);
        Assert.That(Json.GetProperty("detail").GetString(), Is.Not.Empty);
        return this;
    }

    public override string ToString() =>
        $"{Version} {Status} {string.Join(" | ", Headers.Select(h => $"{h.Name}: {h.Value}"))} | {Text}";
}
