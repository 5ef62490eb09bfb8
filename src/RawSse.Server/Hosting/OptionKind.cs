using System.Globalization;

namespace RawSse.Server.Hosting;

/// <summary>Reads a value from its text; false when the text is none.</summary>
internal delegate bool TryParse<T>(string text, out T value);

/// <summary>How the values of one kind of option are read, printed and bounded.</summary>
/// <param name="Unit">what the value is measured in</param>
/// <param name="TryParse">text to value; bounds are not its business</param>
/// <param name="Print">value to a text that <paramref name="TryParse"/> reads again</param>
/// <param name="IsAllowed">whether a value is within the bounds</param>
/// <param name="Allowed">the bounds in words, as in "allowed: …"</param>
internal sealed record OptionKind<T>(
    OptionUnit Unit, TryParse<T> TryParse, Func<T, string> Print, Func<T, bool> IsAllowed, string Allowed);

/// <summary>The kinds there are. Where zero is allowed beside the bounds, <c>zero</c> says what it means.</summary>
internal static class OptionKind
{
    public static OptionKind<TimeSpan> Duration(string min, string max, string? zero = null) =>
        Bounded<TimeSpan>(OptionUnit.Duration, DurationText.TryParse, DurationText.Print, min, max, zero);

    public static OptionKind<long> Size(string min, string max, string? zero = null) =>
        Bounded<long>(OptionUnit.Size, SizeText.TryParse, SizeText.Print, min, max, zero);

    public static OptionKind<long> Count(string min, string max, string? zero = null) =>
        Bounded<long>(OptionUnit.Count, TryParseCount, n => n.ToString(CultureInfo.InvariantCulture), min, max, zero);

    public static OptionKind<bool> Switch { get; } =
        new(OptionUnit.Switch, TryParseSwitch, on => on ? "on" : "off", _ => true, "on, off");

    public static OptionKind<T> Choice<T>() where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        bool TryParseWord(string text, out T value)
        {
            // Enum.TryParse would take numbers and lists of words too.
            int index = Array.IndexOf(words, text);
            value = index < 0 ? default : Enum.GetValues<T>()[index];
            return index >= 0;
        }
        return new(OptionUnit.Choice, TryParseWord, word => word.ToString().ToLowerInvariant(), Enum.IsDefined, string.Join(", ", words));
    }

    private static OptionKind<T> Bounded<T>(
        OptionUnit unit, TryParse<T> tryParse, Func<T, string> print, string minText, string maxText, string? zero)
        where T : struct, IComparable<T>
    {
        if (!tryParse(minText, out T min) || !tryParse(maxText, out T max))
            throw new ArgumentException($"'{minText}' and '{maxText}' must be values");
        T none = default;
        bool IsAllowed(T value) =>
            (value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0) || (zero is not null && value.CompareTo(none) == 0);
        string bounds = $"{minText} to {maxText}";
        return new(unit, tryParse, print, IsAllowed, zero is null ? bounds : $"{print(none)} ({zero}) or {bounds}");
    }

    private static bool TryParseCount(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    // "True" is how Microsoft.Extensions.Configuration hands on a true in JSON.
    private static bool TryParseSwitch(string text, out bool value)
    {
        value = text is "on" or "true" or "True";
        return value || text is "off" or "false" or "False";
    }
}
