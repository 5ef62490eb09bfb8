using System.Diagnostics;
using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Bench.Redis;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>The account of one turn of a Redis scenario: how long it took, and who used the CPUs.</summary>
internal sealed class RedisTurn(RedisProcess redis, int? nodePid = null)
{
    private readonly long _redis = redis.Cpu;
    private readonly long _node = nodePid is { } pid ? CpuClock.OfProcess(pid) : 0;
    private readonly long _self = CpuClock.OfSelf();
    private readonly (long Busy, long Stolen) _machine = MachineClock.Read();
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    /// <summary>CPU that Redis used until the end, ns.</summary>
    public long RedisCpu { get; private set; }

    /// <summary>CPU that the node used until the end, ns; 0 without one.</summary>
    public long NodeCpu { get; private set; }

    /// <param name="otherCpu">used by a process that has told it itself, ns</param>
    public RawMeasurement End(string scenario, string server, int round, int window, long otherCpu = 0)
    {
        double seconds = Stopwatch.GetElapsedTime(_startedAt).TotalSeconds;
        RedisCpu = redis.Cpu - _redis;
        NodeCpu = nodePid is { } pid ? CpuClock.OfProcess(pid) - _node : 0;
        long client = CpuClock.OfSelf() - _self;
        (long busy, long stolen) = MachineClock.Read();
        return new RawMeasurement(scenario, server, round, window, 0, 0, new LoadReport
        {
            Seconds = seconds,
            ServerCpu = NodeCpu + otherCpu,
            ClientCpu = client,
            ForeignCpu = Math.Max(0, busy - _machine.Busy - NodeCpu - otherCpu - client - RedisCpu),
            StolenCpu = stolen - _machine.Stolen,
        });
    }
}
