using System.Text;

namespace RawSse.Bench.Report;

/// <summary>A run of contests as Markdown, with the charts that are written beside it.</summary>
internal static class ContestReport
{
    public static string Markdown(ContestResult result)
    {
        Machine machine = result.Machine;
        return $"""
            # {result.Title}, {machine.Started:yyyy-MM-dd HH:mm} UTC

            Commit {machine.Commit}, {machine.Runtime}, {machine.Processor} ({machine.Processors} CPUs, {machine.Memory}),
            {machine.Kernel}, open files {machine.OpenFiles}.
            Server on CPU {machine.ServerCpu}, client on CPU {machine.ClientCpu}. {result.Options.Subscribers:N0} subscribers unless said, {result.Options.DataBytes}-byte events.{result.Options.ClientNote}
            All servers are up at once and take turns. Medians with the smallest and the largest window; a ratio is the median of paired windows.
            Every window is in {result.Name}.json. How it is measured: [docs/BENCHMARKS.md](../../../docs/BENCHMARKS.md).

            {Summary(result)}

            {string.Join("\n\n", result.Sections.Select(section => Section(result, section)))}

            ## Warnings

            {(result.Warnings.Count == 0 ? "None." : string.Join('\n', result.Warnings.Select(warning => $"- {warning}")))}

            """;
    }

    /// <summary>How many targets are met.</summary>
    public static string Summary(ContestResult result)
    {
        NumberLine[] judged = [.. result.Judged];
        int met = judged.Count(line => line.IsPassed == true), missed = judged.Count(line => line.IsPassed == false);
        if (judged.Length == 0) return "No target is about these servers.";
        return $"{met} of {met + missed} targets met" + (judged.Length > met + missed ? $", {judged.Length - met - missed} skipped." : ".");
    }

    private static string Section(ContestResult result, Scenarios.Contests.ContestSection section)
    {
        var text = new StringBuilder($"## {section.Contest.Name}: {section.Contest.Summary}\n\n{section.Contest.Method}\n");
        foreach (Chart chart in section.Charts)
            text.Append($"\n![{chart.Title}: {chart.Figure.Name}]({ResultFiles.ChartFile(result, chart)})\n");
        if (section.Measured.Count > 0) text.Append($"\n{Table.Markdown(section.Measured, hasScenario: false)}\n");
        if (section.Judged.Count > 0) text.Append($"\n{Table.Markdown(section.Judged, hasScenario: false)}\n");
        if (section.Absent.Count > 0) text.Append($"\nNot, or not fully measured:\n\n{string.Join('\n', section.Absent.Select(line => $"- {line}"))}\n");
        return text.ToString().TrimEnd();
    }
}
