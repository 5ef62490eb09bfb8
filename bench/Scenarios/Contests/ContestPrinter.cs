using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>What a run of contests says on standard output: plain text, so that it can be piped.</summary>
internal static class ContestPrinter
{
    public static void Say(string text) => Console.Out.WriteLine(text);

    /// <summary>Its table, its charts and its targets.</summary>
    public static void Print(ContestSection section)
    {
        Say($"\n== {section.Contest.Name}: {section.Contest.Summary}\n");
        if (section.Measured.Count > 0) Say(Table.Plain(section.Measured, hasScenario: false));
        foreach (Chart chart in section.Charts) Say($"\n{TerminalChart.Render(chart)}");
        if (section.Judged.Count > 0) Say($"\n{Table.Plain(section.Judged, hasScenario: false)}");
        foreach (string absent in section.Absent) Say($"not, or not fully measured: {absent}");
    }

    /// <summary>Writes the files too.</summary>
    public static void PrintEnd(ContestResult result)
    {
        Say("");
        foreach (string warning in result.Warnings) Say($"warning: {warning}");
        Say(ContestReport.Summary(result));
        Say($"written: {Path.Combine(ResultFiles.Write(result), result.Name)}.md, .json and charts");
    }
}
