using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios.Contests;

/// <summary>A storm of reconnects, each a hundred events behind: from the servers' own memory, or with a Redis behind each.</summary>
internal sealed class ReplayContest(string name, bool isOverRedis) : IContest
{
    private const int WarmUps = 2;

    public string Name => name;

    public string Summary => isOverRedis ? "the same storm with a Redis behind each server" : "10,000 reconnects 100 events behind";

    public string Method => "One event, then 100; all clients connect with the id of the one before; then one live event. All must come once, in order."
        + (isOverRedis ? " The CPU is that of the server's processes; that of its Redis is told beside." : "");

    public IReadOnlyList<Figure> Figures { get; } =
        [KnownFigures.Reconnects, KnownFigures.StormCpu, KnownFigures.RedisCpu, KnownFigures.StormSeconds, KnownFigures.Faults];

    public ContestPlan Plan => new(Rounds: 5, Windows: 1, WindowSeconds: 8, StartSeconds: 8);

    public string? Refuses(Peer peer) =>
        !peer.HasReplay ? "knows no replay" :
        IsUsual(peer) ? null :
        isOverRedis ? "has no Redis behind it" : "has a Redis behind it";

    public bool IsUsual(Peer peer) => isOverRedis ? !ContestField.IsAlone(peer) : ContestField.IsAlone(peer);

    public void Run(BenchContext context, Figures figures) => new Turns(context, context.Options.Subscribers)
    {
        Prepare = rig =>
        {
            for (int i = -WarmUps; i < 0; i++) new ReplayTurn(context, rig, name, 0, i, figures).Run();
        },
        Measure = (rig, round, window) =>
        {
            LoadReport storm = new ReplayTurn(context, rig, name, round, window, figures).Run()!;
            figures.Add(rig.Peer.Name, KnownFigures.Reconnects.Key, storm.Streams / (storm.ServerCpu / 1e9));
            figures.Add(rig.Peer.Name, KnownFigures.StormCpu.Key, storm.ServerCpu / 1e9);
            if (isOverRedis) figures.Add(rig.Peer.Name, KnownFigures.RedisCpu.Key, storm.RedisCpu / 1e9);
            figures.Add(rig.Peer.Name, KnownFigures.StormSeconds.Key, storm.Seconds);
        },
    }.RunAll();
}
