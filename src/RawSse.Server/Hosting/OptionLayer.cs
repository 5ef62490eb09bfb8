using System.Text.Json;

namespace RawSse.Server.Hosting;

/// <summary>One option as one layer gives it. <paramref name="Origin"/> tells the operator where to look; null: the flags.</summary>
internal readonly record struct OptionSetting(OptionDescriptor Option, IReadOnlyList<string> Texts, string? Origin)
{
    /// <exception cref="OptionException">a text is no value of the option, or out of its bounds</exception>
    public void Apply(RawSseOptions options)
    {
        if (!Option.TrySet(options, Texts))
            throw OptionException.Value(Option, string.Join(',', Texts), Origin);
    }
}

/// <summary>
/// The layers under the flags. They are read by hand and not through Microsoft.Extensions.Configuration, which merges the
/// elements of lists across layers and cannot say that a key is unknown or was given twice.
/// </summary>
internal static class OptionLayer
{
    public const string ConfigVariable = OptionTable.EnvironmentPrefix + "CONFIG";

    /// <summary>What hosting platforms call it; <c>RAWSSE_REDIS</c> wins over it.</summary>
    public const string RedisVariable = "REDIS_URL";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="OptionException">a variable that starts with RAWSSE_ and is no option</exception>
    public static IEnumerable<OptionSetting> OfEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var redis = OptionTable.ByKey(nameof(RawSseOptions.Redis))!;
        if (environment.TryGetValue(RedisVariable, out string? url) && !environment.ContainsKey(redis.EnvironmentVariable))
            yield return new OptionSetting(redis, [url], RedisVariable);
        foreach (var (name, value) in environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(OptionTable.EnvironmentPrefix, StringComparison.Ordinal) || name == ConfigVariable)
                continue;
            var option = OptionTable.All.FirstOrDefault(option => option.EnvironmentVariable == name)
                ?? throw OptionException.Unknown("environment variable", name, $"the options of --help, as {OptionTable.EnvironmentPrefix}MAX_LAG");
            yield return new OptionSetting(option, [value], name);
        }
    }

    /// <param name="json">one object: a key for each option, its value a string, number, boolean, or for a list an array</param>
    /// <param name="file">its name, for the operator</param>
    /// <exception cref="OptionException">not JSON, not an object, an unknown key, a key given twice</exception>
    public static IEnumerable<OptionSetting> OfFile(string json, string file)
    {
        using var document = Parse(json, file);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw BadFile(file, "a JSON object with a key for each option");
        var seen = new HashSet<OptionDescriptor>();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var option = OptionTable.ByKey(property.Name)
                ?? throw OptionException.Unknown("key", property.Name, $"in {OptionException.Quote(file)} the options of --help, as max-lag or maxLag");
            string origin = $"{property.Name} in {file}";
            if (!seen.Add(option))
                throw OptionException.Value(option, property.Value.ToString(), $"{origin}, for the second time");
            yield return new OptionSetting(option, Texts(property.Value), origin);
        }
    }

    public static OptionException BadFile(string file, string allowed) => new(OptionException.NotAllowed("--config", file, allowed));

    private static JsonDocument Parse(string json, string file)
    {
        try
        {
            return JsonDocument.Parse(json, Lenient);
        }
        catch (JsonException e)
        {
            throw BadFile(file, $"a file of JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} is not)");
        }
    }

    private static IReadOnlyList<string> Texts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Text)] : [Text(value)];

    // What is no scalar keeps its JSON text: no option takes that, and the operator sees what was written.
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "on",
        JsonValueKind.False => "off",
        _ => value.GetRawText(),
    };
}
