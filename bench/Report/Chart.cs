namespace RawSse.Bench.Report;

/// <summary>One figure of several servers as bars.</summary>
/// <param name="Title">the scenario</param>
/// <param name="Baseline">the server that ratios are to</param>
internal sealed record Chart(string Title, Figure Figure, string Baseline, IReadOnlyList<ChartBar> Bars)
{
    /// <summary>What the longest whisker needs; above 0.</summary>
    public double Scale { get; } = Math.Max(double.Epsilon, Bars.Max(bar => bar.Value.Max));

    /// <summary>Of the SVG, behind the name of the run.</summary>
    public string FileName => $"{Title}-{Figure.Key.Replace(' ', '-')}.svg";

    /// <summary>How to read it.</summary>
    public string Legend => (Figure.Unit.Length > 0 ? $"{Figure.Unit}, " : "") + (Figure.IsMoreBetter ? "more is better" : "less is better");
}
