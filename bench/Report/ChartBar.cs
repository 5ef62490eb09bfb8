namespace RawSse.Bench.Report;

/// <summary>One server's bar.</summary>
/// <param name="Ratio">to the baseline's; null: it is the baseline</param>
internal sealed record ChartBar(string Server, Series Value, Series? Ratio)
{
    /// <summary>Its figure, and beside it the ratio.</summary>
    public string Label => FigureText.Number(Value.Median) + (Ratio is null ? "" : $"  {FigureText.Ratio(Ratio.Median)}");
}
