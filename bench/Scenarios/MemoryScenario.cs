using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// User memory of idle streams: resident memory with all of them, opened for the second time, less that after a warm-up
/// of 200 streams that were closed again. Then the same with a channel for each, which has delivered one event.
/// </summary>
internal sealed class MemoryScenario : IScenario
{
    private const double BytesPerStreamMax = 256;
    private const double BytesPerChannelMax = 1024;
    private const double IdleMegabytesMax = 64;

    public string Name => "memory";

    public string Summary => "resident memory without connections, for each idle stream, and with a channel for each";

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        var figures = new Figures();
        for (int round = 0; round < context.Options.Rounds; round++)
            foreach (Peer peer in context.Contestants)
            {
                BenchContext.Say($"{Name}: {peer.Name}, {context.SubscribersMax:N0} streams, round {round + 1} of {context.Options.Rounds}");
                var turn = new MemoryTurn(context, peer, round, figures);
                turn.MeasureSharedChannel();
                if (peer.HasChannels) turn.MeasureOwnChannels();
            }
        return context.Subjects.SelectMany(peer => Lines(peer, context.Baseline, figures));
    }

    private IEnumerable<NumberLine> Lines(Peer peer, Peer baseline, Figures figures)
    {
        NumberLine Line(string name, string figure, string unit, double max) =>
            NumberLine.AtMost(Name, peer.Name, name, unit, figures.Of(peer.Name, figure), max)
                .Beside(figures.Find(baseline.Name, figure));

        yield return Line("RSS before the first connection", MemoryTurn.Started, "MB", IdleMegabytesMax);
        yield return Line("RSS after 200 streams came and went", MemoryTurn.Warm, "MB", IdleMegabytesMax);
        yield return Line("an idle stream", MemoryTurn.Stream, "B", BytesPerStreamMax);
        yield return new NumberLine(Name, peer.Name, "of that, without pages of files", "B")
        {
            Value = figures.Of(peer.Name, MemoryTurn.Anonymous),
            Baseline = figures.Find(baseline.Name, MemoryTurn.Anonymous),
        };
        if (!peer.HasChannels)
        {
            yield return NumberLine.Skipped(Name, peer.Name, "a stream with a channel of its own", "knows no channels");
            yield break;
        }
        yield return Line("a stream with a channel of its own", MemoryTurn.Own, "B", BytesPerChannelMax);
        yield return Line("the same, opened for the second time", MemoryTurn.OwnAgain, "B", BytesPerChannelMax);
    }
}
