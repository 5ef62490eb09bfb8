using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>User memory of idle streams, as <see cref="MemoryScenario"/> measures it; one server after the other.</summary>
internal sealed class MemoryContest : IContest
{
    public string Name => "memory";

    public string Summary => "user memory for each idle stream";

    public string Method => "RSS with all streams idle, opened for the second time, less RSS after 200 streams came and went; a stream.";

    public IReadOnlyList<Figure> Figures { get; } = [KnownFigures.StreamBytes, KnownFigures.AnonymousBytes, KnownFigures.StartedBytes];

    public ContestPlan Plan => new(Rounds: 5, Windows: 1, WindowSeconds: 6, StartSeconds: 2) { HasTurns = false };

    public void Run(BenchContext context, Figures figures)
    {
        for (int round = 0; round < context.Options.Rounds; round++)
            foreach (Peer peer in context.Contestants)
                context.Attempt(peer, round, "opens its streams", () => new MemoryTurn(context, peer, round, figures).MeasureSharedChannel());
    }
}
