using System.Diagnostics;
using RawSse.Bench.Load;
using RawSse.Bench.Load.Fleet;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>A server with readers that keep up, published to by the runner at a steady rate, and on demand a slow reader.</summary>
internal sealed class SlowServer : IDisposable
{
    private const int Extra = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly BenchContext _context;
    private readonly ServerProcess _server;
    private readonly LoadFleet _fleet;
    private readonly HttpTarget _stream;
    private readonly PublishRequest _publish;
    private int _nextNumber = 1;

    public SlowServer(BenchContext context, Peer peer, int readers, int dataBytes)
    {
        _context = context;
        _server = peer.Start(context.ServerCpu, readers + Extra);
        _stream = HttpTarget.Of(_server.Port, peer.StreamPath(Rig.HotChannel));
        _publish = PublishRequest.Of(peer, _server, Rig.HotChannel, dataBytes);
        _fleet = new LoadFleet([new FleetPlan { Target = _stream, Connections = readers, ConnectingMax = peer.ConnectingMax, IsNumbered = true }], context.ClientCpu);
        if (!_fleet.AwaitOpen(s_patience, static _ => true) || _fleet.Newest.Opened < readers)
            throw new LoadException($"{peer.Name} opened {_fleet.Newest.Opened} of {readers} streams: {_fleet.Newest.Refusal}");
    }

    public int LastNumber => _nextNumber - 1;

    public long Resident => _server.Account.Memory.Resident;

    public int Port => _server.Port;

    public SlowReader StartSlow(int bytesPerSecond) => new(_stream, new StreamAudit(_nextNumber), bytesPerSecond);

    /// <summary>Publishes at a rate for a time; the report is that of the readers that keep up.</summary>
    public SlowWindow Window(double rate, double seconds)
    {
        long startedAt = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 5;
        var schedule = new EventSchedule(startedAt, _nextNumber, rate, Math.Max(1, (int)(rate * seconds)), _nextNumber);
        _fleet.Begin(schedule);
        IReadOnlyList<int> own = Cpus.Allowed();
        // Where the load processes are: the server has its CPU for itself.
        Cpus.Pin(_context.ClientCpu);
        using var loop = new PublishLoop(_publish, 1, schedule, new OpenPace(schedule));
        loop.Run(long.MaxValue, static () => true);
        Cpus.Pin(own);
        if (loop.Refused > 0) throw new LoadException($"{loop.Refused} publishes were refused: {loop.Refusal}");
        _nextNumber = loop.LastNumber + 1;
        IReadOnlyList<FleetReport> reports = _fleet.Finish(loop.LastNumber, s_patience);
        return new SlowWindow(reports[0], Percentiles.Of(LoadFleet.Merge(reports, report => report.Latency)));
    }

    public void Dispose()
    {
        _server.Dispose();
        _fleet.Dispose();
    }
}
