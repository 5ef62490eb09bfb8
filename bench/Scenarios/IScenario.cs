using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>One set of figures with their targets.</summary>
internal interface IScenario
{
    string Name { get; }

    /// <summary>One line for the help.</summary>
    string Summary { get; }

    IEnumerable<NumberLine> Run(BenchContext context);
}
