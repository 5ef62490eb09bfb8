using System.Text;
using RawSse.Server.Stores.Redis;

namespace RawSse.Server.Hosting;

/// <summary>
/// What was given cannot be used. The message is the one line that the operator reads: which option, which value, what is
/// allowed.
/// </summary>
internal sealed class OptionException(string line) : Exception(line)
{
    private const int QuotedCharsMax = 100;

    public static OptionException Unknown(string kind, string name, string allowed) =>
        new($"{kind} {Quote(name)} is unknown; allowed: {allowed}");

    /// <param name="option">whose value it is</param>
    /// <param name="value">as it was given</param>
    /// <param name="origin">where it was given, if that is worth saying</param>
    public static OptionException Value(OptionDescriptor option, string value, string? origin = null) =>
        new(NotAllowed(option.Flag, value, option.AllowedFor(value), origin));

    public static string NotAllowed(string flag, string value, string allowed, string? origin = null) =>
        $"{flag} is {Quote(value)}{(origin is null ? "" : $" ({origin})")}; allowed: {allowed}";

    /// <summary>In quotes, on one line, and not longer than a line can bear. The password of a URL is masked.</summary>
    public static string Quote(string text)
    {
        // Here, and not where a URL is expected: a password stands in the wrong place, too, when its flag is misspelt.
        if (text.Contains("://", StringComparison.Ordinal))
            text = RedisUrl.Mask(text);
        var quoted = new StringBuilder("'");
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, QuotedCharsMax)))
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
                quoted.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else
                quoted.Append(c);
        }
        return quoted.Append(text.Length > QuotedCharsMax ? "…'" : "'").ToString();
    }
}
