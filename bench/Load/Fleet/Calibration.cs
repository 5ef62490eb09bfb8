using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Load.Fleet;

/// <summary>
/// Measures the load tool: one load process on the last CPU, the floor server on the first, at rates that double until either is
/// used up. Where the floor is first, the tool's ceiling is what its CPU would allow at the last price of a delivery.
/// </summary>
internal static class Calibration
{
    private const int Connections = 1_000;
    private const int Publishers = 16;
    private const double Seconds = 2;
    private const double FirstRate = 5;
    private const double LastRate = 6_000;
    private const double OneEventMax = 1.2;

    public static int Run()
    {
        IReadOnlyList<int> cpus = Cpus.Allowed();
        if (cpus.Count < 2) throw new LoadException("--calibrate needs two CPUs, one for the floor server and one for the tool.");
        Console.Out.WriteLine($"one load process of {Connections:N0} streams on CPU {cpus[^1]} against the floor server on CPU {cpus[0]}");
        Console.Out.WriteLine("events/s  deliveries/s  a read   tool CPU  floor CPU   latency p50, p99 ms   of that the tool, at most");
        using ServerProcess floor = new FloorPeer().Start(cpus[0], Connections);
        var steps = new List<Step>();
        for (double rate = FirstRate; rate <= LastRate && (steps.Count == 0 || !steps[^1].IsUsedUp); rate *= 2)
        {
            steps.Add(Step.Take(floor, rate, cpus[^1]));
            Console.Out.WriteLine(steps[^1]);
        }
        foreach (string line in Conclusions(steps)) Console.Out.WriteLine(line);
        return 0;
    }

    private static IEnumerable<string> Conclusions(IReadOnlyList<Step> steps)
    {
        if (steps.LastOrDefault(step => step.EventsPerRead < OneEventMax) is { } single)
            yield return Ceiling("one event a read", single);
        yield return Ceiling($"{steps[^1].EventsPerRead:0.0} events a read", steps[^1]);
        if (!steps[^1].IsUsedUp) yield return "neither the floor nor the tool was used up: other processes use these CPUs, measure on a quiet machine";
        foreach (double share in (double[])[0.1, 0.5])
        {
            Step near = steps.MinBy(step => Math.Abs(step.ToolCpu - share))!;
            yield return $"at {share:P0} of a CPU (nearest: {near.ToolCpu:P0}) it adds at most p50 {near.Delay.P50:0.000}, p99 {near.Delay.P99:0.000} ms, and a wake-up";
        }
    }

    private static string Ceiling(string name, Step step)
    {
        double ceiling = step.Deliveries / step.ToolCpu * LoadWarnings.UtilisationMax;
        string how = step.ToolCpu >= LoadWarnings.UtilisationMax ? "measured" : $"by the price of a delivery when it used {step.ToolCpu:P0}";
        return $"ceiling of a load process at {LoadWarnings.UtilisationMax:P0} of a CPU, {name}: {ceiling:N0} deliveries/s, {how}";
    }

    private sealed record Step(
        double Rate, double Deliveries, double EventsPerRead, double ToolCpu, double FloorCpu, Percentiles Latency, Percentiles Delay)
    {
        private const double Full = 0.97;

        public bool IsUsedUp => ToolCpu > LoadWarnings.UtilisationMax || FloorCpu > Full;

        public static Step Take(ServerProcess floor, double rate, int cpu)
        {
            var target = HttpTarget.Parse($"http://127.0.0.1:{floor.Port}/");
            var options = new LoadOptions
            {
                Target = target,
                Publish = target,
                Publishers = Publishers,
                Connections = Connections,
                Rate = rate,
                Seconds = Seconds,
                Pid = floor.Pid,
            };
            using var tool = new LoadTool(options, cpu);
            LoadResult result = tool.Measure();
            return new Step(rate, result.Sum.Deliveries / result.Seconds,
                (double)result.Sum.Deliveries / Math.Max(1, result.Sum.Reads), LoadWarnings.Busiest(result),
                result.ServerCpu / 1e9 / result.Seconds, result.Latency, result.ReaderDelay);
        }

        public override string ToString() =>
            $"{Rate,8:0} {Deliveries,13:N0} {EventsPerRead,7:0.0} {ToolCpu,10:P1} {FloorCpu,10:P1} {Latency.P50,11:0.000}, {Latency.P99,8:0.000} {Delay.P50,14:0.000}, {Delay.P99:0.000}";
    }
}
