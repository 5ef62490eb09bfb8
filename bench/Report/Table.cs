namespace RawSse.Bench.Report;

/// <summary>The lines as rows of text, for the terminal and for Markdown. A column that no line fills is left out.</summary>
internal static class Table
{
    private static readonly string[] s_head =
        ["scenario", "server", "figure", "measured", "spread", "baseline", "ratio", "ratio's spread", "target", ""];

    /// <summary>Columns padded to their widest cell.</summary>
    /// <param name="hasScenario">whether a column names the scenario</param>
    public static string Plain(IReadOnlyList<NumberLine> lines, bool hasScenario = true)
    {
        string[][] rows = Rows(lines, hasScenario);
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        IEnumerable<string> padded = rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))));
        return string.Join('\n', padded.Select(row => row.TrimEnd()));
    }

    public static string Markdown(IReadOnlyList<NumberLine> lines, bool hasScenario = true)
    {
        string[][] rows = Rows(lines, hasScenario);
        rows = [rows[0], [.. rows[0].Select(_ => "---")], .. rows[1..]];
        return string.Join('\n', rows.Select(row => $"| {string.Join(" | ", row)} |"));
    }

    /// <summary>Why lines have no figure.</summary>
    public static IEnumerable<string> Notes(IEnumerable<NumberLine> lines) =>
        lines.Where(line => line.Note.Length > 0).Select(line => $"{line.Scenario}, {line.Name}: {line.Note}");

    // The head first. What has a heading but no cell is left out; verdicts have no heading.
    private static string[][] Rows(IReadOnlyList<NumberLine> lines, bool hasScenario)
    {
        string[][] cells = [.. lines.Select(Cells)];
        int[] columns = [.. Enumerable.Range(0, s_head.Length).Skip(hasScenario ? 0 : 1).Where(column => cells.Any(row => row[column].Length > 0))];
        return [.. cells.Prepend(s_head).Select(row => columns.Select(column => row[column]).ToArray())];
    }

    private static string[] Cells(NumberLine line) => [
        line.Scenario, line.Server, line.Name,
        line.Value is null ? "–" : FigureText.WithUnit(line.Value.Median, line.Unit), Spread(line.Value),
        line.Baseline is null ? "" : FigureText.Number(line.Baseline.Median),
        line.Ratio is null ? "" : FigureText.Ratio(line.Ratio.Median),
        line.Ratio is { Values.Count: > 1 } ? $"{FigureText.Ratio(line.Ratio.Min)}..{FigureText.Ratio(line.Ratio.Max)}" : "",
        line.Target, Verdict(line)];

    private static string Verdict(NumberLine line) => line.IsPassed switch
    {
        true => "PASS",
        false => "FAIL",
        null when line.Target.Length > 0 => $"skipped: {line.Note}",
        null => line.Value is null ? "skipped" : "",
    };

    private static string Spread(Series? series) =>
        series is { Values.Count: > 1 } ? $"{FigureText.Number(series.Min)}..{FigureText.Number(series.Max)}" : "";
}
