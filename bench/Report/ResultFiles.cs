using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RawSse.Bench.Peers;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Report;

/// <summary>Writes a run to its folder: numbers.json (redis.json) with everything, numbers.md to read.</summary>
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
        string day = result.Machine.Started.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string folder = result.Options.OutputFolder ?? Path.Combine(Repository.Root, "bench", "results", $"{day}-{result.Machine.Host}");
        string name = Path.Combine(folder, string.Join('-', result.Options.Scenarios.Prepend(result.Suite.Name)));
        Directory.CreateDirectory(folder);
        File.WriteAllText(name + ".json", JsonSerializer.Serialize(result, s_json) + "\n");
        File.WriteAllText(name + ".md", Markdown(result));
        return folder;
    }

    private static string Markdown(NumbersResult result)
    {
        (Machine machine, BenchOptions options) = (result.Machine, result.Options);
        return $"""
            # {result.Suite.Title} of {machine.Started:yyyy-MM-dd HH:mm} UTC

            Commit {machine.Commit}, {machine.Runtime}, {machine.Processor} ({machine.Processors} CPUs, {machine.Memory}),
            {machine.Kernel}, open files {machine.OpenFiles}.
            {string.Join('\n', Method(result))}
            {options.Rounds} rounds of {options.Windows} windows in turns. Medians; a ratio is the median of paired windows.

            {Table.Markdown(result.Lines)}

            {string.Join('\n', Table.Notes(result.Lines).Select(note => $"- {note}").Append(""))}
            {(result.Warnings.Count == 0 ? "No warnings." : string.Join('\n', result.Warnings.Select(warning => $"- warning: {warning}")))}

            """;
    }

    private static IEnumerable<string> Method(NumbersResult result)
    {
        (Machine machine, BenchOptions options) = (result.Machine, result.Options);
        return ReferenceEquals(result.Suite, Suite.Numbers)
            ? [$"Server on CPU {machine.ServerCpu}, client on CPU {machine.ClientCpu}. {options.Subscribers:N0} subscribers, {options.DataBytes}-byte events,"]
            : ["Nothing is pinned to a CPU.", .. result.Suite.Asked(options).SelectMany(scenario => scenario.Method(options))];
    }
}
