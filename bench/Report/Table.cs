using System.Globalization;

namespace RawSse.Bench.Report;

/// <summary>The lines as rows of text, for the terminal and for Markdown.</summary>
internal static class Table
{
    private static readonly string[] s_head =
        ["scenario", "server", "figure", "measured", "spread", "baseline", "ratio", "ratio's spread", "target", ""];

    /// <summary>Columns padded to their widest cell.</summary>
    public static string Plain(IReadOnlyList<NumberLine> lines)
    {
        string[][] rows = [s_head, .. lines.Select(Cells)];
        int[] widths = [.. s_head.Select((_, column) => rows.Max(row => row[column].Length))];
        IEnumerable<string> padded = rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))));
        return string.Join('\n', padded.Select(row => row.TrimEnd()));
    }

    public static string Markdown(IReadOnlyList<NumberLine> lines)
    {
        string[][] rows = [s_head, [.. s_head.Select(_ => "---")], .. lines.Select(Cells)];
        return string.Join('\n', rows.Select(row => $"| {string.Join(" | ", row)} |"));
    }

    /// <summary>Why lines have no figure.</summary>
    public static IEnumerable<string> Notes(IEnumerable<NumberLine> lines) =>
        lines.Where(line => line.Note.Length > 0).Select(line => $"{line.Scenario}, {line.Name}: {line.Note}");

    private static string[] Cells(NumberLine line) => [
        line.Scenario, line.Server, line.Name,
        line.Value is null ? "–" : $"{Figure(line.Value.Median)} {line.Unit}".TrimEnd(), Spread(line.Value),
        line.Baseline is null ? "" : Figure(line.Baseline.Median),
        line.Ratio is null ? "" : Ratio(line.Ratio.Median),
        line.Ratio is { Values.Count: > 1 } ? $"{Ratio(line.Ratio.Min)}..{Ratio(line.Ratio.Max)}" : "",
        line.Target, line.IsPassed switch { true => "PASS", false => "FAIL", null => line.Value is null ? "skipped" : "" }];

    private static string Spread(Series? series) => series is { Values.Count: > 1 } ? $"{Figure(series.Min)}..{Figure(series.Max)}" : "";

    private static string Figure(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 10 => value.ToString("0.000", CultureInfo.InvariantCulture),
        < 1000 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };

    private static string Ratio(double value) => value.ToString("×0.000", CultureInfo.InvariantCulture);
}
