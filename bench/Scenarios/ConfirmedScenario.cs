using System.Globalization;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;
using RawSse.Bench.Redis;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// Confirmed publishes a second through a node (POST /events, NDJSON) against redis-benchmark that runs the same script with the
/// same arguments on the same Redis. Nobody is subscribed. Redis, its client and the node share all CPUs.
/// </summary>
internal sealed class ConfirmedScenario : IScenario
{
    private const string Baseline = "redis-benchmark";
    private const string One = "rawsse";
    private const string Several = "rawsse, 4 connections";
    private const int Publishes = 200_000;
    private const int Connections = 4;
    private const int Channels = 8;
    private const double RatioMin = 0.8;

    public string Name => "confirmed";

    public string Summary => "publishes a second from NDJSON through a node, against redis-benchmark -c 50 -P 16 with the same script";

    public string? Missing => RawSseProgram.Missing ?? Executables.Missing(RedisProcess.Program, RedisBenchmark.Program);

    public IEnumerable<string> Method(BenchOptions options) =>
        [$"confirmed: {Publishes:N0} publishes of {options.DataBytes}-byte JSON to {Channels} channels; redis-benchmark's all to one."];

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        var figures = new Figures();
        var sample = new SampleEvent(context.Options.DataBytes);
        using var redis = new RedisProcess();
        string script = PublishScript.Load(redis.Port);
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            BenchContext.Say($"{Name}: round {round + 1} of {context.Options.Rounds}");
            using ServerProcess node = new RawSseNode(redis.Url).Start(cpu: null, connections: 0);
            (string, Func<double>)[] contestants = [
                (Baseline, () => RedisBenchmark.Run(redis.Port, script, "bench-0", sample, PublishScript.Constants, Publishes)),
                (One, () => Load(node.Port, 1, sample)),
                (Several, () => Load(node.Port, Connections, sample))];
            // The first is for the JIT compilers.
            for (int window = -1; window < context.Options.Windows; window++)
                foreach ((string name, Func<double> run) in (round + window) % 2 == 0 ? contestants : contestants.Reverse())
                {
                    var turn = new RedisTurn(redis, node.Pid);
                    long ended = CpuClock.OfEndedChildren();
                    double rate = run();
                    RawMeasurement raw = turn.End(Name, name, round, window, CpuClock.OfEndedChildren() - ended);
                    if (window < 0) continue;
                    context.Keep(raw);
                    figures.Add(name, "rate", rate);
                    figures.Add(name, "redis", turn.RedisCpu / 1e3 / Publishes);
                    figures.Add(name, "node", turn.NodeCpu / 1e3 / Publishes);
                    figures.Add(name, "busy", turn.RedisCpu / 1e9 / raw.Report.Seconds);
                }
        }
        return Lines(figures);
    }

    private static double Load(int port, int connections, SampleEvent sample)
    {
        string[] channels = [.. Enumerable.Range(0, Channels).Select(i => string.Create(CultureInfo.InvariantCulture, $"bench-{i}"))];
        List<BulkLoad> loads = [];
        try
        {
            for (int i = 0; i < connections; i++) loads.Add(new BulkLoad(port, channels, sample));
            return BulkLoad.Run(loads, Publishes);
        }
        finally
        {
            foreach (BulkLoad load in loads) load.Dispose();
        }
    }

    private IEnumerable<NumberLine> Lines(Figures figures)
    {
        foreach (string name in (string[])[One, Several])
        {
            NumberLine rate = Line(figures, name, "confirmed publishes a second", "", "rate");
            yield return rate with { Target = $"≥ {RatioMin:0.0} × {Baseline}", IsPassed = rate.Ratio!.Median >= RatioMin };
            yield return Line(figures, name, "CPU of Redis a publish", "µs", "redis");
            yield return Line(figures, name, "CPUs that Redis used", "", "busy");
            yield return new NumberLine(Name, name, "CPU of the node a publish", "µs") { Value = figures.Of(name, "node") };
        }
    }

    private NumberLine Line(Figures figures, string server, string name, string unit, string figure)
    {
        (Series ours, Series theirs) = (figures.Of(server, figure), figures.Of(Baseline, figure));
        return new NumberLine(Name, server, name, unit) { Value = ours, Baseline = theirs, Ratio = ours.Over(theirs) };
    }
}
