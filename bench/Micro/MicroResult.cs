using RawSse.Bench.Report;

namespace RawSse.Bench.Micro;

/// <summary>All that a run of <c>micro</c> found out.</summary>
internal sealed record MicroResult(Machine Machine, MicroOptions Options, IReadOnlyList<MicroLine> Lines)
{
    /// <summary>Which subjects leave more garbage than they may, a sentence each.</summary>
    public IEnumerable<string> Excesses => Lines.Where(line => line.IsPassed == false)
        .Select(line => $"{line.Group}: '{line.Name}' allocated {MicroTable.Bytes(line.Bytes)} B an operation, at most {line.BytesMax} B are allowed.");

    /// <summary>The file's text.</summary>
    public string Markdown() => $"""
        # Micro-benchmarks of {Machine.Started:yyyy-MM-dd HH:mm} UTC

        Commit {Machine.Commit}, {Machine.Runtime}, {Machine.Processor} ({Machine.Processors} CPUs, {Machine.Memory}),
        {Machine.Kernel}.
        BenchmarkDotNet, in-process toolchain, {(Options.IsLong ? "its default job" : "a short job")}. Nanoseconds an operation: the median of the iterations and their spread;
        bytes of garbage an operation: MemoryDiagnoser's, less the 16 KiB that measuring may leave itself. × is a line's time divided by ours.

        {MicroTable.Markdown(Lines)}

        {string.Join('\n', Excesses.DefaultIfEmpty("No subject allocates more than it may."))}

        """;
}
