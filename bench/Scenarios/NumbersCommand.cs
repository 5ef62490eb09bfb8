using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary><c>numbers</c> and <c>redis</c>: runs scenarios, prints the table and writes the files.</summary>
internal static class NumbersCommand
{
    /// <summary>Exit code 0: every judged line passes; 1: one fails; 2: nothing could be measured.</summary>
    public static int Run(Suite suite, BenchOptions options)
    {
        var context = new BenchContext(options);
        if (suite.Missing(context).FirstOrDefault() is { } reason) return Refuse(reason);
        // Before anything runs: what is committed meanwhile is not what is measured.
        Machine machine = Machine.Describe(context);
        var lines = new List<NumberLine>();
        foreach (IScenario scenario in suite.Asked(options)) lines.AddRange(RunOne(scenario, context));
        var result = new NumbersResult(suite, machine, options, lines, context.Raw);
        Console.Out.WriteLine(Table.Plain(lines));
        foreach (string note in Table.Notes(lines)) Console.Out.WriteLine($"note: {note}");
        foreach (string warning in result.Warnings) Console.Out.WriteLine($"warning: {warning}");
        Console.Out.WriteLine($"written: {ResultFiles.Write(result)}");
        return lines.All(line => line.IsPassed != false) ? 0 : 1;
    }

    private static IEnumerable<NumberLine> RunOne(IScenario scenario, BenchContext context)
    {
        try
        {
            return [.. scenario.Run(context)];
        }
        catch (Exception e) when (Failures.IsOfOneServer(e))
        {
            BenchContext.Say($"{scenario.Name}: {e.Message}");
            return [new NumberLine(scenario.Name, "", "ended early", "") { Note = e.Message, IsPassed = false }];
        }
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }
}
