using System.Globalization;

namespace RawSse.Bench.Micro;

/// <summary>The subjects as rows of text, for the terminal and for Markdown.</summary>
internal static class MicroTable
{
    private static readonly string[] s_head = ["group", "operation", "by", "ns", "spread", "×", "bytes", "at most", ""];

    /// <summary>Columns padded to their widest cell.</summary>
    public static string Plain(IReadOnlyList<MicroLine> lines)
    {
        string[][] rows = [s_head, .. lines.Select(line => Cells(lines, line))];
        int[] widths = [.. s_head.Select((_, column) => rows.Max(row => row[column].Length))];
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    public static string Markdown(IReadOnlyList<MicroLine> lines)
    {
        string[][] rows = [s_head, [.. s_head.Select(_ => "---")], .. lines.Select(line => Cells(lines, line))];
        return string.Join('\n', rows.Select(row => $"| {string.Join(" | ", row)} |"));
    }

    /// <summary>Three digits where there is something: a share of a byte is one allocation in many operations.</summary>
    public static string Bytes(double bytes) => bytes.ToString(bytes < 10 ? "0.###" : "#,0", CultureInfo.InvariantCulture);

    private static string[] Cells(IReadOnlyList<MicroLine> lines, MicroLine line) => [
        line.Group, line.Name, line.By,
        Time(line.Nanoseconds.Median), $"{Time(line.Nanoseconds.Min)}..{Time(line.Nanoseconds.Max)}",
        Ratio(lines, line),
        Bytes(line.Bytes), line.BytesMax is { } max ? Bytes(max) : "",
        line.IsPassed switch { true => "PASS", false => "FAIL", null => "" }];

    private static string Ratio(IReadOnlyList<MicroLine> lines, MicroLine line) =>
        !line.IsOurs && lines.FirstOrDefault(ours => ours.IsOurs && ours.Name == line.Name) is { } ours
            ? (line.Nanoseconds.Median / ours.Nanoseconds.Median).ToString("×0.00", CultureInfo.InvariantCulture)
            : "";

    private static string Time(double nanoseconds) => nanoseconds.ToString(nanoseconds < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
