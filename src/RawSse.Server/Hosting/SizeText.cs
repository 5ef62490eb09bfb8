using System.Globalization;

namespace RawSse.Server.Hosting;

/// <summary>Sizes as options write them: a whole number of bytes, or of <c>KiB</c>, <c>MiB</c>, <c>GiB</c>.</summary>
internal static class SizeText
{
    private static readonly (string Suffix, long Bytes)[] Units = [("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10)];

    public static bool TryParse(string text, out long value)
    {
        long unit = 1;
        var digits = text.AsSpan();
        foreach (var (suffix, bytes) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
                continue;
            unit = bytes;
            digits = digits[..^suffix.Length];
            break;
        }
        bool read = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long n) && n <= long.MaxValue / unit;
        value = read ? n * unit : 0;
        return read;
    }

    /// <summary>In the largest unit that is exact.</summary>
    public static string Print(long value)
    {
        foreach (var (suffix, bytes) in Units)
        {
            if (value != 0 && value % bytes == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{value / bytes}{suffix}");
        }
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
