using System.Globalization;
using System.Security;
using System.Text;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Report;

/// <summary>
/// A chart as an SVG file: a bar a server with its median, its ratio and a whisker from the smallest to the largest window. It has a
/// background of its own that follows the reader's light or dark scheme, so that it is legible wherever it is shown.
/// </summary>
internal static class SvgChart
{
    private const int Width = 760;
    private const int Head = 58;
    private const int RowHeight = 28;
    private const int BarHeight = 16;
    private const int Left = 140;
    private const int BarWidth = 420;
    private const int LabelGap = 10;
    private const int WhiskerHeight = 8;

    private const string Style = """
        text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
        .title { font-weight: 600; font-size: 15px } .note, .label { fill: #59636e } .label { font-size: 12px }
        .back { fill: #ffffff } .axis, .whisker { stroke: #1f2328 } .ours { fill: #2f81f7 } .floor { fill: #9198a1 } .peer { fill: #d29922 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 } .note, .label { fill: #9ea7b3 } .back { fill: #0d1117 } .axis, .whisker { stroke: #e6edf3 }
          .ours { fill: #388bfd } .floor { fill: #6e7681 } .peer { fill: #bb8009 }
        }
        """;

    public static string Render(Chart chart)
    {
        int height = Head + chart.Bars.Count * RowHeight + 12;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img">""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<title>{Escape($"{chart.Title}: {chart.Figure.Name}")}</title>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<style>\n{Style}\n</style>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect class="back" width="{Width}" height="{height}" rx="6"/>""");
        svg.AppendLine(Text(16, 24, "title", $"{chart.Title}: {chart.Figure.Name}"));
        svg.AppendLine(Text(16, 42, "note", $"{chart.Legend}; medians, whiskers from the smallest to the largest window, × is the ratio to {chart.Baseline}"));
        for (int row = 0; row < chart.Bars.Count; row++) AppendRow(svg, chart, chart.Bars[row], Head + row * RowHeight);
        svg.AppendLine(Line("axis", Left, Head - 2, Left, height - 10));
        return svg.AppendLine("</svg>").ToString();
    }

    private static void AppendRow(StringBuilder svg, Chart chart, ChartBar bar, int top)
    {
        double At(double value) => Left + BarWidth * Math.Clamp(value / chart.Scale, 0, 1);

        int middle = top + RowHeight / 2;
        (double median, double min, double max) = (At(bar.Value.Median), At(bar.Value.Min), At(bar.Value.Max));
        svg.AppendLine(Text(16, middle + 4, "", bar.Server));
        svg.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"""<rect class="{Kind(bar.Server)}" x="{Left}" y="{middle - BarHeight / 2}" width="{Math.Max(1, median - Left):0.0}" height="{BarHeight}"/>"""));
        if (bar.Value.Values.Count > 1)
        {
            svg.AppendLine(Line("whisker", min, middle, max, middle));
            foreach (double end in (double[])[min, max])
                svg.AppendLine(Line("whisker", end, middle - WhiskerHeight / 2, end, middle + WhiskerHeight / 2));
        }
        svg.AppendLine(Text(Math.Max(median, max) + LabelGap, middle + 4, "label", bar.Label));
    }

    private static string Kind(string server) =>
        PeerCatalog.IsOurs(server) ? "ours" : PeerCatalog.IsFloor(server) ? "floor" : "peer";

    private static string Text(double x, double y, string kind, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"""<text x="{x:0.0}" y="{y:0.0}" class="{kind}">{Escape(text)}</text>""");

    private static string Line(string kind, double x1, double y1, double x2, double y2) => string.Create(CultureInfo.InvariantCulture,
        $"""<line class="{kind}" x1="{x1:0.0}" y1="{y1:0.0}" x2="{x2:0.0}" y2="{y2:0.0}"/>""");

    private static string Escape(string text) => SecurityElement.Escape(text);
}
