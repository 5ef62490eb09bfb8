using System.Globalization;

namespace RawSse.Server.Hosting;

/// <summary>
/// Durations as options write them: a whole number and one of <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>. A bare number is
/// refused, since half of its readers would take it for the other unit.
/// </summary>
internal static class DurationText
{
    private static readonly (string Suffix, long Ms)[] Units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    private const long MsMax = long.MaxValue / TimeSpan.TicksPerMillisecond;

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        foreach (var (suffix, ms) in Units)
        {
            // "ms" comes first, so that "5ms" is never read as "5m" and an "s" too many.
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            if (!long.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long n)
                || n > MsMax / ms)
                return false;
            value = TimeSpan.FromTicks(n * ms * TimeSpan.TicksPerMillisecond);
            return true;
        }
        return false;
    }

    /// <summary>In the largest unit that is exact; what is finer than a millisecond as a fraction of one.</summary>
    public static string Print(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
            return "0s";
        for (int i = Units.Length - 1; i >= 0; i--)
        {
            long ticks = Units[i].Ms * TimeSpan.TicksPerMillisecond;
            if (value.Ticks % ticks == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / ticks}{Units[i].Suffix}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");
    }
}
