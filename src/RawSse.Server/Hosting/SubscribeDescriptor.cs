using System.Text;
using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Hosting;

/// <summary>
/// The patterns that are subscribed at once: the flag repeated, or a list with commas. A comma of a glob stays in it unless
/// <c>pattern:</c> follows; such a one is written <c>,\pattern:</c>, which means the same to Redis.
/// </summary>
internal sealed class SubscribeDescriptor() : OptionDescriptor(
    nameof(RawSseOptions.Subscribe), OptionUnit.Pattern,
    $"{OptionTable.Unset}, {Prefix}GLOB with a Redis glob of 1 to {GlobPattern.BytesMax} bytes; at most {PatternsMax} of them",
    "One PSUBSCRIBE for all channels that match, as pattern:user:*; give it again for more. Other channels are subscribed one "
    + "by one.")
{
    public const string Prefix = "pattern:";
    public const int PatternsMax = 16;

    private const string Separator = "," + Prefix;

    public override bool IsRepeatable => true;

    /// <summary>The globs alone, as Redis has them.</summary>
    public static IEnumerable<byte[]> Globs(RawSseOptions options) =>
        options.Subscribe.Select(pattern => Encoding.UTF8.GetBytes(pattern[Prefix.Length..]));

    public override bool TrySet(RawSseOptions options, IReadOnlyList<string> texts)
    {
        string[] patterns = texts is [OptionTable.Unset] ? [] : [.. texts.SelectMany(Split)];
        if (!AreAllowed(patterns))
            return false;
        options.Subscribe.Clear();
        foreach (string pattern in patterns)
            options.Subscribe.Add(pattern);
        return true;
    }

    public override bool IsAllowed(RawSseOptions options) => AreAllowed(options.Subscribe);

    public override string Print(RawSseOptions options) =>
        options.Subscribe.Count == 0 ? OptionTable.Unset : string.Join(',', options.Subscribe);

    public override IReadOnlyList<string> PrintEach(RawSseOptions options) => [.. options.Subscribe];

    public override string AllowedFor(string text)
    {
        string? problem = Split(text).Select(Problem).FirstOrDefault(problem => problem is not null);
        return problem is null ? Allowed : $"{Allowed} ({problem})";
    }

    private static IEnumerable<string> Split(string text)
    {
        int start = 0;
        for (int comma; (comma = text.IndexOf(Separator, start, StringComparison.Ordinal)) >= 0; start = comma + 1)
            yield return text[start..comma];
        yield return text[start..];
    }

    private static bool AreAllowed(ICollection<string> patterns) =>
        patterns.Count <= PatternsMax && patterns.All(pattern => pattern is not null && Problem(pattern) is null);

    private static string? Problem(string pattern) =>
        pattern.StartsWith(Prefix, StringComparison.Ordinal)
            ? GlobSyntax.Problem(pattern[Prefix.Length..])
            : $"without {Prefix}";
}
