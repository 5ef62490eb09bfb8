using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>One set of figures with their targets.</summary>
internal interface IScenario
{
    string Name { get; }

    /// <summary>One line for the help.</summary>
    string Summary { get; }

    /// <summary>What it needs and this machine does not have; null: nothing.</summary>
    string? Missing => null;

    /// <summary>Lines that say how it was measured, for the table's file.</summary>
    IEnumerable<string> Method(BenchOptions options) => [];

    IEnumerable<NumberLine> Run(BenchContext context);
}
