using System.Globalization;

namespace RawSse.Bench.Report;

/// <summary>How figures are written: with as many digits as a measurement deserves.</summary>
internal static class FigureText
{
    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 10 => value.ToString("0.000", CultureInfo.InvariantCulture),
        < 1000 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };

    public static string WithUnit(double value, string unit) => $"{Number(value)} {unit}".TrimEnd();

    public static string Ratio(double value) => value.ToString("×0.000", CultureInfo.InvariantCulture);
}
