using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using RawSse.Bench.Load;
using RawSse.Bench.Report;

namespace RawSse.Bench.Micro;

/// <summary>What was measured of one subject.</summary>
/// <param name="Group">what part it is of</param>
/// <param name="Name">what is done</param>
/// <param name="By">ours, or who else does it</param>
/// <param name="Nanoseconds">an operation, once for each iteration</param>
/// <param name="Bytes">garbage an operation, beyond what measuring itself leaves</param>
/// <param name="BytesMax">null: not judged</param>
internal sealed record MicroLine(string Group, string Name, string By, Series Nanoseconds, double Bytes, double? BytesMax)
{
    /// <summary>
    /// MemoryDiagnoser counts the whole process, BenchmarkDotNet's own 4 to 8 KB an iteration included. One object an operation
    /// is ten times that where operations are slowest.
    /// </summary>
    private const long BytesOfMeasuring = 16 << 10;

    public bool IsOurs => By == SubjectAttribute.Ours;

    /// <summary>Null: not judged.</summary>
    public bool? IsPassed => BytesMax is { } max ? Bytes <= max : null;

    public static MicroLine Of(BenchmarkReport report)
    {
        SubjectAttribute subject = Subject(report.BenchmarkCase);
        List<double> times = [.. report.GetResultRuns().Select(run => run.GetAverageTime().Nanoseconds)];
        if (!report.Success || times.Count == 0 || report.GcStats.GetTotalAllocatedBytes(false) is not { } allocated)
            throw new LoadException($"'{subject.Name}' by {subject.By} was not measured.");
        double bytes = (double)Math.Max(0, allocated - BytesOfMeasuring) / Math.Max(1, report.GcStats.TotalOperations);
        double? bytesMax = double.IsNaN(subject.BytesMax) ? null : subject.BytesMax;
        return new MicroLine(GroupOf(report.BenchmarkCase), subject.Name, subject.By, new Series(times), bytes, bytesMax);
    }

    public static bool Matches(BenchmarkCase benchmark, string filter) =>
        GroupOf(benchmark).Contains(filter, StringComparison.OrdinalIgnoreCase)
        || Subject(benchmark).Name.Contains(filter, StringComparison.OrdinalIgnoreCase);

    public static SubjectAttribute Subject(BenchmarkCase benchmark) =>
        (SubjectAttribute)Attribute.GetCustomAttribute(benchmark.Descriptor.WorkloadMethod, typeof(SubjectAttribute))!;

    private static string GroupOf(BenchmarkCase benchmark) => benchmark.Descriptor.Categories[0];
}
