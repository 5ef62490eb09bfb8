namespace RawSse.Bench.Report;

/// <summary>A chart as lines of plain text, with bars of Unicode blocks in steps of an eighth.</summary>
internal static class TerminalChart
{
    private const int Cells = 40;
    private const int StepsPerCell = 8;
    private const string Parts = " ▏▎▍▌▋▊▉";

    public static string Render(Chart chart)
    {
        int width = chart.Bars.Max(bar => bar.Server.Length);
        double longest = Math.Max(double.Epsilon, chart.Bars.Max(bar => bar.Value.Median));
        IEnumerable<string> lines = chart.Bars.Select(bar => $"  {bar.Server.PadRight(width)}  {Bar(bar.Value.Median / longest)}  {bar.Label}");
        return string.Join('\n', lines.Prepend($"  {chart.Figure.Name} ({chart.Legend})"));
    }

    private static string Bar(double share)
    {
        int steps = (int)Math.Round(Math.Clamp(share, 0, 1) * Cells * StepsPerCell);
        string bar = new string('█', steps / StepsPerCell) + (steps % StepsPerCell > 0 ? Parts[steps % StepsPerCell] : "");
        // Something that was measured is seen.
        return (bar.Length == 0 ? "▏" : bar).PadRight(Cells);
    }
}
