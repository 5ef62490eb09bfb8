using RawSse.Bench.Native;
using RawSse.Bench.Peers;
using RawSse.Bench.Redis;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>
/// A hundred thousand connections over several nodes of this machine, an event every five seconds; then what a connection costs
/// is compared with 10,000 on one node, and the floor's own change divided out. The nodes share a Redis, so that a publish at one
/// reaches all, as they would be run; each floor is published to by itself, since it knows of no other.
/// </summary>
internal sealed class CrowdScenario : IScenario
{
    /// <summary>What an open-file limit of 20,000 leaves to a server and to a load process.</summary>
    public const int ConnectionsPerNode = 17_000;

    private const int Small = 10_000;
    private const double EventSeconds = 5;
    private const double SecondsDefault = 60;
    private const double ChangeMax = 1.3;
    private const double BytesMax = 256;
    private const int FilesOfOthers = 500;

    public string Name => "crowd";

    public string Summary => "100,000 connections over several nodes, an event every 5 s: all delivered, CPU and memory as at 10,000";

    public string? Missing => OpenFiles.Limit < ConnectionsPerNode + FilesOfOthers
        ? $"the open-file limit is {OpenFiles.Limit:N0}; it needs {ConnectionsPerNode + FilesOfOthers:N0} (ulimit -Hn)"
        : RawSseProgram.Missing ?? Executables.Missing(RedisProcess.Program);

    public IEnumerable<string> Method(BenchOptions options) =>
        [$"crowd: {options.Connections:N0} connections over {CrowdTurn.Nodes(options.Connections)} nodes on one Redis, or floors, on one CPU, with a load process for each on another; "
            + $"{Events(options)} events of {options.DataBytes} bytes, one every {EventSeconds:0} s; {Sizes(options)[0]:N0} connections on {CrowdTurn.Nodes(Sizes(options)[0])} beside it."];

    public IEnumerable<NumberLine> Run(BenchContext context)
    {
        var figures = new Figures();
        int[] sizes = Sizes(context.Options);
        for (int round = 0; round < context.Options.Rounds; round++)
            foreach (int connections in sizes)
            {
                using var redis = new RedisProcess();
                RunOne(context, new RawSseNode(redis.Url), connections, redis, figures, round);
                RunOne(context, new FloorPeer(), connections, null, figures, round);
            }
        return Lines(figures, sizes[0], sizes[1]);
    }

    private static int[] Sizes(BenchOptions options) => [Math.Min(Small, Math.Max(1, options.Connections / 10)), options.Connections];

    private static int Events(BenchOptions options) =>
        Math.Max(1, (int)((options.WindowSeconds > 0 ? options.WindowSeconds : SecondsDefault) / EventSeconds));

    private void RunOne(BenchContext context, Peer peer, int connections, RedisProcess? redis, Figures figures, int round)
    {
        BenchContext.Say($"{Name}: {peer.Name}, {connections:N0} connections over {CrowdTurn.Nodes(connections)}, {Events(context.Options)} events, round {round + 1}");
        new CrowdTurn(context, peer, connections, redis, figures).Run(1 / EventSeconds, Events(context.Options));
    }

    private IEnumerable<NumberLine> Lines(Figures figures, int small, int large)
    {
        const string Ours = "rawsse", Floor = "floor";
        NumberLine Line(string name, string unit, string figure, int size)
        {
            (Series own, Series floor) = (figures.Of(Ours, $"{figure} {size}"), figures.Of(Floor, $"{figure} {size}"));
            return new NumberLine(Name, Ours, $"{name}, {size:N0}", unit) { Value = own, Baseline = floor };
        }
        NumberLine Change(string name, string figure)
        {
            Series ours = figures.Of(Ours, $"{figure} {large}").Over(figures.Of(Ours, $"{figure} {small}"));
            Series floor = figures.Of(Floor, $"{figure} {large}").Over(figures.Of(Floor, $"{figure} {small}"));
            return NumberLine.AtMost(Name, Ours, $"{name}: change from {small:N0} to {large:N0}, floor's divided out", "", ours.Over(floor), ChangeMax);
        }

        foreach (int size in (int[])[small, large])
        {
            foreach (string server in (string[])[Ours, Floor])
                yield return NumberLine.None(Name, server, $"not delivered, repeated, disordered, ended, {size:N0}",
                    (long)(figures.Of(server, $"faults {size}").Values.Sum() + figures.Of(server, $"missing {size}").Values.Sum(Math.Abs)));
            yield return Line("server CPU a delivery", "µs", "cpu", size);
            yield return Line("server CPU to open a stream", "µs", "open cpu", size);
            yield return Line("streams opened a second", "", "open rate", size);
            NumberLine memory = Line("user memory a connection", "B", "memory", size);
            yield return memory with { Target = $"≤ {BytesMax:0} B", IsPassed = memory.Value!.Median <= BytesMax };
            yield return Line("median latency", "ms", "p50", size);
            yield return Line("p99 latency", "ms", "p99", size);
            yield return Line("longest latency", "ms", "max", size);
            yield return Line("busiest load process, of a CPU", "", "busiest", size);
            yield return new NumberLine(Name, Ours, $"CPU of Redis an event, {size:N0}", "µs") { Value = figures.Of(Ours, $"redis cpu {size}") };
        }
        yield return Change("server CPU a delivery", "cpu");
        yield return Change("server CPU to open a stream", "open cpu");
        // The floor keeps nothing of a connection but its descriptor, so that there is no change of its memory to divide by.
        Series growth = figures.Of(Ours, $"memory {large}").Over(figures.Of(Ours, $"memory {small}"));
        yield return NumberLine.AtMost(Name, Ours, $"user memory a connection: change from {small:N0} to {large:N0}", "", growth, ChangeMax);
    }
}
