using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Report;

/// <summary>A run of a suite as Markdown.</summary>
internal static class NumbersReport
{
    public static string Markdown(NumbersResult result)
    {
        (Machine machine, BenchOptions options) = (result.Machine, result.Options);
        return $"""
            # {result.Suite.Title} of {machine.Started:yyyy-MM-dd HH:mm} UTC

            Commit {machine.Commit}, {machine.Runtime}, {machine.Processor} ({machine.Processors} CPUs, {machine.Memory}),
            {machine.Kernel}, open files {machine.OpenFiles}.
            {string.Join('\n', Method(result))}
            {(Suite.Long.Contains(result.Suite) ? "" : $"{options.Rounds} rounds of {options.Windows} windows in turns. ")}Medians; a ratio is the median of paired windows.

            {Table.Markdown(result.Lines)}

            {string.Join('\n', Table.Notes(result.Lines).Select(note => $"- {note}").Append(""))}
            {(result.Warnings.Count == 0 ? "No warnings." : string.Join('\n', result.Warnings.Select(warning => $"- warning: {warning}")))}

            """;
    }

    private static IEnumerable<string> Method(NumbersResult result)
    {
        (Machine machine, BenchOptions options) = (result.Machine, result.Options);
        return ReferenceEquals(result.Suite, Suite.Numbers)
            ? [$"Server on CPU {machine.ServerCpu}, client on CPU {machine.ClientCpu}. {options.Subscribers:N0} subscribers, {options.DataBytes}-byte events.{options.ClientNote}"]
            : [Suite.Long.Contains(result.Suite) ? $"Servers on CPU {machine.ServerCpu}, load on CPU {machine.ClientCpu}." : "Nothing is pinned to a CPU.", .. result.Suite.Asked(options).SelectMany(scenario => scenario.Method(options))];
    }
}
