using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>A scenario that measures the same of several servers; what is to be reached stands in <see cref="Targets"/>.</summary>
internal interface IContest
{
    string Name { get; }

    /// <summary>One line for the help.</summary>
    string Summary { get; }

    /// <summary>Sentences that say how it is measured, for the report and the help.</summary>
    string Method { get; }

    /// <summary>What it measures, in the order of the tables.</summary>
    IReadOnlyList<Figure> Figures { get; }

    /// <summary>What it takes if nobody asks for something else.</summary>
    ContestPlan Plan { get; }

    /// <summary>Why this server cannot take part; null: it can.</summary>
    string? Refuses(Peer peer) => null;

    /// <summary>Takes part unless the command line says who does.</summary>
    bool IsUsual(Peer peer) => ContestField.IsAlone(peer);

    /// <summary>Adds a value a window, server and figure under the figure's key. A server that fails is left out by the context.</summary>
    void Run(BenchContext context, Figures figures);
}
