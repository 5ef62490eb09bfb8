using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RawSse.Protocol.Ids;
using RawSse.Protocol.Sse;

namespace RawSse.Protocol.Tests.Json;

/// <summary>Doorbells as the publish script writes them, and what the platform's document model makes of any.</summary>
internal static class DoorbellPayload
{
    /// <summary>The bytes that the script publishes, with cjson's escapes.</summary>
    public static byte[] Script(EventId id, EventId prev, string type, string data) =>
        Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","prev":"{{prev}}","type":{{Cjson(type)}},"data":{{Cjson(data)}}}""");

    /// <summary>As Redis' cjson writes a string: a backslash before <c>/</c>, too, and DEL as <c>\u007f</c>.</summary>
    public static string Cjson(string text)
    {
        StringBuilder escaped = new("\"");
        foreach (char character in text)
        {
            escaped.Append(character switch
            {
                '"' or '\\' or '/' => $"\\{character}",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '\u007F' => $"\\u{(int)character:x4}",
                _ => $"{character}",
            });
        }

        return escaped.Append('"').ToString();
    }

    /// <summary>
    /// The oracle, slow and plain: "chained" with the fields, or "bell". Written from the contract, not from the reader.
    /// </summary>
    public static string Explain(byte[] payload)
    {
        if (!Utf8.IsValid(payload))
            return "bell";
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Explain(document.RootElement) : "bell";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "bell";
        }
    }

    public static string Describe(EventId id, EventId prev, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data) =>
        $"chained {id} {prev} {Convert.ToHexString(type)} {Convert.ToHexString(data)}";

    private static string Explain(JsonElement root)
    {
        JsonProperty[] all = [.. root.EnumerateObject()];
        Dictionary<string, JsonElement> fields = [];
        foreach (JsonProperty property in all.Where(property => property.Name is "id" or "prev" or "type" or "data"))
        {
            if (!fields.TryAdd(property.Name, property.Value))
                return "bell";
        }

        bool isTyped = fields.TryGetValue("type", out JsonElement given) && given.ValueKind != JsonValueKind.Null;
        byte[]? type = isTyped ? Text(given) : [];
        byte[]? data = fields.TryGetValue("data", out JsonElement value) ? Text(value) : null;
        return fields.TryGetValue("id", out JsonElement idText) && EventId.TryParse(Text(idText), out EventId id)
            && fields.TryGetValue("prev", out JsonElement prevText) && EventId.TryParse(Text(prevText), out EventId prev)
            && prev < id && data is not null && type is not null && EventType.Validate(type) == EventTypeStatus.Ok
            ? Describe(id, prev, type, data)
            : "bell";
    }

    private static byte[]? Text(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(element.GetString()!) : null;
}
