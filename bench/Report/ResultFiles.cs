using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RawSse.Bench.Peers;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Report;

/// <summary>Writes a run to its folder: a JSON file with everything, a Markdown file to read, and charts where there are any.</summary>
internal static class ResultFiles
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Returns the folder. A run of single scenarios has their names in its files' names.</summary>
    public static string Write(NumbersResult result)
    {
        string name = string.Join('-', result.Options.Scenarios.Prepend(result.Suite.Name));
        return Write(result, name, result.Options, result.Machine, NumbersReport.Markdown(result));
    }

    /// <summary>Returns the folder.</summary>
    public static string Write(ContestResult result)
    {
        string folder = Write(result, result.Name, result.Options, result.Machine, ContestReport.Markdown(result));
        foreach (Chart chart in result.Sections.SelectMany(section => section.Charts))
            File.WriteAllText(Path.Combine(folder, ChartFile(result, chart)), SvgChart.Render(chart));
        return folder;
    }

    /// <summary>The name of a chart's file in the run's folder.</summary>
    public static string ChartFile(ContestResult result, Chart chart) =>
        chart.FileName.StartsWith(result.Name, StringComparison.Ordinal) ? chart.FileName : $"{result.Name}-{chart.FileName}";

    private static string Write<TResult>(TResult result, string name, BenchOptions options, Machine machine, string markdown)
    {
        string day = machine.Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string folder = options.OutputFolder ?? Path.Combine(Repository.Root, "bench", "results", $"{day}-{machine.Host}");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".json"), JsonSerializer.Serialize(result, s_json) + "\n");
        File.WriteAllText(Path.Combine(folder, name + ".md"), markdown);
        return folder;
    }
}
