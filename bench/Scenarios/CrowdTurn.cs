using RawSse.Bench.Load.Fleet;
using RawSse.Bench.Peers;
using RawSse.Bench.Redis;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>One size of the crowd on one kind of server, started afresh.</summary>
internal sealed class CrowdTurn(BenchContext context, Peer peer, int connections, RedisProcess? redis, Figures figures)
{
    private const int WarmUpPerNode = 200;
    private const int WarmUpEvents = 2_000;
    private const double WarmUpRate = 400;

    public static int Nodes(int connections) => (connections + CrowdScenario.ConnectionsPerNode - 1) / CrowdScenario.ConnectionsPerNode;

    public void Run(double rate, int events)
    {
        int nodeCount = Nodes(connections);
        using var nodes = new CrowdNodes(context, peer, nodeCount, isOnePublish: redis is not null);
        // The JIT compilers reach their last tier with some hundred thousand deliveries a node.
        nodes.Open(WarmUpPerNode * nodeCount);
        nodes.Publish(WarmUpRate, WarmUpEvents);
        nodes.Close();
        nodes.Settle();
        (long memory, long cpu) = (nodes.Resident, nodes.Cpu);
        double seconds = nodes.Open(connections);
        nodes.Settle();
        Add("open cpu", (nodes.Cpu - cpu) / 1e3 / connections);
        Add("open rate", connections / seconds);
        Add("memory", (double)(nodes.Resident - memory) / connections);
        long redisCpu = redis?.Cpu ?? 0;
        cpu = nodes.Cpu;
        IReadOnlyList<FleetReport> reports = nodes.Publish(rate, events);
        long used = nodes.Cpu - cpu;
        Keep(reports, events, used, (redis?.Cpu ?? 0) - redisCpu);
    }

    private void Keep(IReadOnlyList<FleetReport> reports, int events, long cpu, long redisCpu)
    {
        FleetReport sum = LoadFleet.Sum(reports);
        Percentiles latency = Percentiles.Of(LoadFleet.Merge(reports, report => report.Latency));
        Add("cpu", cpu / 1e3 / Math.Max(1, sum.Deliveries));
        Add("redis cpu", redisCpu / 1e3 / events);
        Add("p50", latency.P50);
        Add("p99", latency.P99);
        Add("max", latency.Max);
        Add("missing", (long)connections * events - sum.Deliveries);
        Add("faults", sum.Lost + sum.Repeated + sum.OutOfOrder + sum.EndedInWindow);
        Add("busiest", reports.Max(report => report.Cpu / 1e9 / report.Seconds));
    }

    private void Add(string figure, double value) => figures.Add(peer.Name, $"{figure} {connections}", value);
}
