using RawSse.Bench.Peers;
using RawSse.Bench.Redis;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// What a doorbell costs the process that gets it, read and appended to a log: ours against StackExchange.Redis. Each is a process
/// of its own that lives through a round; they take turns, and the one whose turn it is not is subscribed to another channel.
/// </summary>
internal sealed class DoorbellScenario : IScenario
{
    private const int FloodEvents = 300_000;
    private const int WarmUps = 3;
    private const int SinglesPerSecond = 1_000;
    private const int Singles = 1_500;
    private const double CpuRatioMax = 0.5;
    private const double BytesMax = 1;

    public string Name => "doorbell";

    public string Summary => "CPU and garbage of a live message, decoded and appended to a log, against StackExchange.Redis 1.2.6";

    public string? Missing => Executables.Missing(RedisProcess.Program);

    public IEnumerable<string> Method(BenchOptions options) =>
        [$"doorbell: {FloodEvents:N0} messages of {options.DataBytes}-byte JSON as fast as Redis takes them; then {Singles:N0}, one each ms."];

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        var figures = new Figures();
        using var redis = new RedisProcess();
        var sample = new SampleEvent(context.Options.DataBytes);
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            BenchContext.Say($"{Name}: round {round + 1} of {context.Options.Rounds}");
            using var ours = new BellClient(BellClient.RawSse, redis.Port, sample);
            using var theirs = new BellClient(BellClient.StackExchange, redis.Port, sample);
            BellClient[] both = [ours, theirs];
            for (int i = 0; i < WarmUps; i++)
                foreach (BellClient client in both) client.Ring(FloodEvents, null);
            for (int window = 0; window < context.Options.Windows; window++)
                foreach (BellClient client in (round + window) % 2 == 0 ? both : both.Reverse())
                    Measure(context, redis, client, round, window, figures);
        }
        return Lines(figures);
    }

    private void Measure(BenchContext context, RedisProcess redis, BellClient client, int round, int window, Figures figures)
    {
        foreach ((string phase, int count, int? perSecond) in (ReadOnlySpan<(string, int, int?)>)
            [("flood", FloodEvents, null), ("single", Singles, SinglesPerSecond)])
        {
            var turn = new RedisTurn(redis);
            BellReport report = client.Ring(count, perSecond);
            context.Keep(turn.End(Name, client.Name, round, window, report.Cpu) with { Phase = phase });
            figures.Add(client.Name, $"{phase} cpu", report.Cpu / 1e3 / count);
            figures.Add(client.Name, $"{phase} bytes", (double)report.Allocated / count);
            figures.Add(client.Name, $"{phase} rate", count / report.Seconds);
        }
    }

    private IEnumerable<NumberLine> Lines(Figures figures)
    {
        NumberLine cpu = Line(figures, "client CPU a doorbell", "µs", "flood cpu");
        yield return cpu with { Target = $"≤ {CpuRatioMax:0.0} × stackexchange", IsPassed = cpu.Ratio!.Median <= CpuRatioMax };
        NumberLine bytes = Line(figures, "allocated a doorbell", "B", "flood bytes");
        yield return bytes with { Target = $"< {BytesMax:0} B", IsPassed = bytes.Value!.Median < BytesMax };
        yield return Line(figures, "doorbells a second of the flood", "", "flood rate");
        yield return Line(figures, "client CPU a doorbell, one each ms", "µs", "single cpu");
        yield return Line(figures, "allocated a doorbell, one each ms", "B", "single bytes");
    }

    private NumberLine Line(Figures figures, string name, string unit, string figure)
    {
        (Series ours, Series theirs) = (figures.Of(BellClient.RawSse, figure), figures.Of(BellClient.StackExchange, figure));
        return new NumberLine(Name, BellClient.RawSse, name, unit) { Value = ours, Baseline = theirs, Ratio = ours.Over(theirs) };
    }
}
