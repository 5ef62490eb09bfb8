using BenchmarkDotNet.EventProcessors;
using BenchmarkDotNet.Running;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Micro;

/// <summary>A line for each subject that begins.</summary>
internal sealed class MicroProgress : EventProcessor
{
    private int _count;
    private int _begun;

    public override void OnStartRunBenchmarksInType(Type type, IReadOnlyList<BenchmarkCase> benchmarks) =>
        (_begun, _count) = (0, benchmarks.Count);

    public override void OnStartRunBenchmark(BenchmarkCase benchmarkCase)
    {
        SubjectAttribute subject = MicroLine.Subject(benchmarkCase);
        string part = benchmarkCase.Descriptor.Categories[0];
        BenchContext.Say($"{part} {++_begun}/{_count}: {subject.Name}, {subject.By}");
    }
}
