using System.Globalization;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>Something to reach: a median, or the median ratio to another server's, has a limit.</summary>
/// <param name="Against">the other server, <see cref="EveryPeer"/>, or null: the figure itself has the limit</param>
internal sealed record Target(string Scenario, Figure Figure, Bound Bound, double Limit, string? Against = null)
{
    /// <summary>Each server that is neither ours nor the floor, in a line of its own.</summary>
    public const string EveryPeer = "every peer";

    /// <summary>Who is to reach it.</summary>
    public string Server { get; init; } = "rawsse";

    public bool Holds(Series value) => Bound switch
    {
        Bound.AtLeast => value.Median >= Limit,
        Bound.AtMost => value.Median <= Limit,
        Bound.Below => value.Median < Limit,
        _ => value.Max == 0,
    };

    /// <param name="against">the one server that is meant</param>
    public string Describe(string? against)
    {
        if (Bound == Bound.Never) return "0";
        string sign = Bound switch { Bound.AtLeast => "≥", Bound.AtMost => "≤", _ => "<" };
        if (against is null) return string.Create(CultureInfo.InvariantCulture, $"{sign} {Limit:#,0.##} {Figure.Unit}").TrimEnd();
        return Limit == 1 ? $"{sign} {against}" : string.Create(CultureInfo.InvariantCulture, $"{sign} {Limit:0.0#} × {against}");
    }
}
