using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;
using RawSse.Bench.Report;

namespace RawSse.Bench.Scenarios;

/// <summary>One round of the memory scenario on one server; it is started afresh for each of the two measurements.</summary>
internal sealed class MemoryTurn(BenchContext context, Peer peer, int round, Figures figures)
{
    public const string Started = "started";
    public const string Warm = "warm";
    public const string Stream = "stream";
    public const string Anonymous = "anonymous";
    public const string Own = "own";
    public const string OwnAgain = "own again";

    private const int WarmUpStreams = 200;
    private const string OwnChannel = "own:{i}";

    private readonly int _streams = context.SubscribersMax;

    public void MeasureSharedChannel()
    {
        using Rig rig = context.Start(peer, _streams);
        rig.Settle();
        figures.Add(peer.Name, Started, rig.Memory.Resident / 1e6);
        rig.Open(WarmUpStreams);
        rig.CloseAndSettle();
        ProcessMemory before = rig.Memory;
        figures.Add(peer.Name, Warm, before.Resident / 1e6);
        rig.Open(_streams);
        rig.CloseAndSettle();
        LoadReport open = rig.Open(_streams);
        rig.Settle();
        ProcessMemory after = rig.Memory;
        Keep(Stream, open, before, after);
        figures.Add(peer.Name, Anonymous, (double)(after.Anonymous - before.Anonymous) / _streams);
    }

    public void MeasureOwnChannels()
    {
        using Rig rig = context.Start(peer, _streams);
        OpenOwn(rig, WarmUpStreams);
        rig.CloseAndSettle();
        ProcessMemory before = rig.Memory;
        LoadReport open = OpenOwn(rig, _streams);
        rig.Settle();
        Keep(Own, open, before, rig.Memory);
        rig.CloseAndSettle();
        open = rig.Open(_streams, OwnChannel);
        rig.Settle();
        Keep(OwnAgain, open, before, rig.Memory);
    }

    /// <summary>Opens streams with a channel for each and publishes one event to each channel.</summary>
    private LoadReport OpenOwn(Rig rig, int streams)
    {
        rig.Open(streams, OwnChannel);
        LoadReport report = rig.PublishEach(OwnChannel, BurstScenario.InFlight);
        return report.Deliveries == streams && report.Faults == 0
            ? report
            : throw new LoadException($"{streams} channels delivered {report.Deliveries} events; lost {report.Lost}, repeated {report.Repeated}.");
    }

    private void Keep(string phase, LoadReport open, ProcessMemory before, ProcessMemory after)
    {
        figures.Add(peer.Name, phase, (double)(after.Resident - before.Resident) / _streams);
        context.Keep(new RawMeasurement("memory", peer.Name, round, 0, _streams, 0, open) { Phase = phase, Before = before, After = after });
    }
}
