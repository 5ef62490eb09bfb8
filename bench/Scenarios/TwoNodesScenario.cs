using RawSse.Bench.Load;
using RawSse.Bench.Peers;
using RawSse.Bench.Redis;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// From publishing over HTTP at one node to the subscribers at another, through Redis: two of our nodes against two of the Node
/// server that RawSse began with, all of them up on the same Redis, in turns and on channels of their own.
/// </summary>
internal sealed class TwoNodesScenario : IScenario
{
    private const int PaceMs = 5;
    private const double Seconds = 5;
    private const int WarmUpEvents = 20_000;

    // An event that is late holds up none of those that follow.
    private const int InFlightMax = 8;

    private static readonly int[] s_subscribers = [100, 1];

    public string Name => "two-nodes";

    public string Summary => "latency from a publish at one node to subscribers at another, against the guide's Node server";

    public string? Missing =>
        RawSseProgram.Missing ?? new SeedNode("", "").Missing ?? Executables.Missing(RedisProcess.Program);

    public IEnumerable<string> Method(BenchOptions options) =>
        [$"two-nodes: an event of {options.DataBytes} bytes each {PaceMs} ms for {Seconds:0} s a window."];

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        SeedNode.Install();
        var figures = new Figures();
        using var redis = new RedisProcess();
        Peer[] peers = [new RawSseNode(redis.Url), new SeedNode(redis.Url, "seed-node")];
        for (int round = 0; round < context.Options.Rounds; round++)
        {
            BenchContext.Say($"{Name}: round {round + 1} of {context.Options.Rounds}");
            List<NodePair> pairs = [];
            try
            {
                foreach (Peer peer in peers) pairs.Add(new NodePair(peer));
                foreach (NodePair pair in pairs) WarmUp(pair, context.Options.DataBytes);
                for (int window = 0; window < context.Options.Windows; window++)
                    foreach (NodePair pair in (round + window) % 2 == 0 ? pairs : pairs.AsEnumerable().Reverse())
                        foreach (int subscribers in s_subscribers) Measure(context, redis, pair, subscribers, round, window, figures);
            }
            finally
            {
                foreach (NodePair pair in pairs) pair.Dispose();
            }
        }
        return s_subscribers.SelectMany(subscribers => Lines(figures, subscribers, peers[0].Name, peers[1].Name));
    }

    private static void WarmUp(NodePair pair, int dataBytes)
    {
        pair.Open(10);
        pair.Publish(new LoadCommand { Act = LoadAct.Window, InFlight = InFlightMax, Events = WarmUpEvents, DataBytes = dataBytes });
        pair.Publish(new LoadCommand { Act = LoadAct.Window, PaceMs = PaceMs, Seconds = 1, DataBytes = dataBytes });
    }

    private void Measure(BenchContext context, RedisProcess redis, NodePair pair, int subscribers, int round, int window, Figures figures)
    {
        pair.Open(subscribers);
        long redisCpu = redis.Cpu, publisherCpu = pair.PublisherCpu;
        LoadReport report = pair.Publish(new LoadCommand
        {
            Act = LoadAct.Window,
            InFlight = InFlightMax,
            PaceMs = PaceMs,
            Seconds = Seconds,
            DataBytes = context.Options.DataBytes,
        });
        long others = redis.Cpu - redisCpu + pair.PublisherCpu - publisherCpu;
        report = report with { ForeignCpu = Math.Max(0, report.ForeignCpu - others) };
        context.Keep(new RawMeasurement(Name, pair.Name, round, window, subscribers, 0, report));
        figures.Add(pair.Name, $"p50 {subscribers}", report.P50Us / 1e3);
        figures.Add(pair.Name, $"p99 {subscribers}", report.P99Us / 1e3);
        figures.Add(pair.Name, $"max {subscribers}", report.MaxUs / 1e3);
        figures.Add(pair.Name, $"faults {subscribers}", report.Faults);
    }

    private IEnumerable<NumberLine> Lines(Figures figures, int subscribers, string ours, string theirs)
    {
        NumberLine Line(string name, string figure)
        {
            (Series own, Series other) = (figures.Of(ours, $"{figure} {subscribers}"), figures.Of(theirs, $"{figure} {subscribers}"));
            string to = subscribers == 1 ? "1 subscriber" : $"{subscribers} subscribers";
            return new NumberLine(Name, ours, $"{name} latency, {to}", "ms") { Value = own, Baseline = other, Ratio = own.Over(other) };
        }

        foreach ((string name, string figure) in ((string, string)[])[("median", "p50"), ("p99", "p99")])
        {
            NumberLine line = Line(name, figure);
            yield return line with { Target = $"< {theirs}", IsPassed = line.Ratio!.Median < 1 };
        }
        yield return Line("longest", "max");
        yield return NumberLine.None(Name, ours, "lost, repeated, ended", (long)figures.Of(ours, $"faults {subscribers}").Values.Sum());
    }
}
