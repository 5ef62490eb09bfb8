using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using RawSse.Bench.Load;
using RawSse.Bench.Report;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Micro;

/// <summary><c>micro</c>: measures the parts alone, and holds them to what they may allocate.</summary>
internal static class MicroCommand
{
    private static readonly Type[] s_subjects =
    [
        typeof(HttpSubjects), typeof(FrameSubjects), typeof(LogSubjects), typeof(DeliverySubjects), typeof(DoorbellSubjects),
        typeof(CommandSubjects), typeof(HistorySubjects), typeof(StoreSubjects),
    ];

    /// <summary>Exit code 0: none allocates more than it may; 1: one does; 2: nothing could be measured.</summary>
    public static int Run(MicroOptions options)
    {
        IEnumerable<BenchmarkCase> subjects = s_subjects.SelectMany(type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases);
        if (!subjects.Any(subject => MicroLine.Matches(subject, options.Filter)))
            throw new LoadException($"There is no subject with '{options.Filter}' in its group or name.");
        Machine machine = Machine.Describe(new BenchContext(new BenchOptions()));
        var result = new MicroResult(machine, options, Measure(options));
        Console.Out.WriteLine(MicroTable.Plain(result.Lines));
        Console.Out.WriteLine($"written: {ResultFiles.Write(options.OutputFolder, machine, options.FileName, result, result.Markdown())}");
        foreach (string excess in result.Excesses) Console.Error.WriteLine(excess);
        return result.Excesses.Any() ? 1 : 0;
    }

    private static List<MicroLine> Measure(MicroOptions options)
    {
        var log = new AccumulationLogger();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rawsse-micro-");
        try
        {
            Summary[] summaries = BenchmarkRunner.Run(s_subjects, MicroConfig.For(options, log, folder.FullName));
            if (summaries.FirstOrDefault(summary => summary.HasCriticalValidationErrors) is { } refused)
                throw new LoadException(string.Join('\n', refused.ValidationErrors.Select(error => error.Message)));
            return [.. summaries.SelectMany(summary => summary.Reports).Select(MicroLine.Of)];
        }
        catch (LoadException)
        {
            Console.Error.WriteLine(log.GetLog());
            throw;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
