using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RawSse.Bench.Peers;

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
        string name = result.Options.FileName(string.Join('-', result.Options.Scenarios.Prepend(result.Suite.Name)));
        return Write(result.Options.OutputFolder, result.Machine, name, result, NumbersReport.Markdown(result));
    }

    /// <summary>Returns the folder: the one asked for, or that of the day and the machine.</summary>
    public static string Write<TResult>(string? folder, Machine machine, string name, TResult result, string markdown)
    {
        string day = machine.Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        folder ??= Path.Combine(Repository.Root, "bench", "results", $"{day}-{machine.Host}");
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(result, s_json) + "\n");
        File.WriteAllText(path + ".md", markdown);
        return folder;
    }

    /// <summary>Returns the folder.</summary>
    public static string Write(ContestResult result)
    {
        string folder = Write(result.Options.OutputFolder, result.Machine, result.Name, result, ContestReport.Markdown(result));
        foreach (Chart chart in result.Sections.SelectMany(section => section.Charts))
            File.WriteAllText(Path.Combine(folder, ChartFile(result, chart)), SvgChart.Render(chart));
        return folder;
    }

    /// <summary>The name of a chart's file in the run's folder.</summary>
    public static string ChartFile(ContestResult result, Chart chart) =>
        chart.FileName.StartsWith(result.Name, StringComparison.Ordinal) ? chart.FileName : $"{result.Name}-{chart.FileName}";
}
