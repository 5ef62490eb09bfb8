using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// The same windows on several servers in turns (A, B, then B, A …), all of them up at once and idle when it is not
/// their turn, so that a drift of the machine meets all.
/// </summary>
internal sealed class Turns(BenchContext context, int connections)
{
    /// <summary>What is done to each server before the first window: opening its streams, warming it up.</summary>
    public required Action<Rig> Prepare { get; init; }

    /// <summary>One window: the server, the round, the window in it.</summary>
    public required Action<Rig, int, int> Measure { get; init; }

    public void RunAll()
    {
        for (int round = 0; round < context.Options.Rounds; round++) RunRound(round);
    }

    /// <summary>Starts all servers afresh. Who has failed is left out.</summary>
    public void RunRound(int round)
    {
        var rigs = new List<Rig>();
        try
        {
            foreach (Peer peer in context.Contestants)
                context.Attempt(peer, round, "starts", () =>
                {
                    Rig rig = context.Start(peer, connections);
                    rigs.Add(rig);
                    Prepare(rig);
                });
            for (int window = 0; window < context.Options.Windows; window++)
                foreach (Rig rig in (round + window) % 2 == 0 ? rigs : rigs.AsEnumerable().Reverse())
                    context.Attempt(rig.Peer, round, $"window {window + 1} of {context.Options.Windows}", () => Measure(rig, round, window));
        }
        finally
        {
            foreach (Rig rig in rigs) rig.Dispose();
        }
    }
}
