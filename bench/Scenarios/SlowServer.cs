using System.Diagnostics;
using RawSse.Bench.Load.Fleet;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>A server with readers that keep up, published to by the runner at a steady rate, and on demand a slow reader.</summary>
internal sealed class SlowServer : IDisposable
{
    // Room for the slow reader, publishers and whoever asks for /metrics.
    private const int Extra = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly BenchContext _context;
    private readonly ServerProcess _server;
    private readonly LoadFleet _fleet = null!;
    private readonly HttpTarget _stream;
    private readonly PublishRequest _publish;
    private int _nextNumber = 1;

    public SlowServer(BenchContext context, Peer peer, int readers, int dataBytes)
    {
        _context = context;
        _server = peer.Start(context.ServerCpu, readers + Extra);
        try
        {
            _stream = HttpTarget.Of(_server.Port, peer.StreamPath(Rig.HotChannel));
            _publish = PublishRequest.Of(peer, _server, Rig.HotChannel, dataBytes);
            _fleet = new LoadFleet(
                [new FleetPlan { Target = _stream, Connections = readers, ConnectingMax = peer.ConnectingMax, IsNumbered = true }], context.ClientCpu);
            _fleet.RequireOpen(peer.Name, s_patience);
        }
        catch
        {
            // It would use the CPU of the next one that is measured.
            Dispose();
            throw;
        }
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
        // Where the load processes are: the server has its CPU for itself.
        Cpus.RunOn(_context.ClientCpu, () => PublishLoop.PublishAll(_publish, schedule));
        _nextNumber = schedule.LastNumber + 1;
        IReadOnlyList<FleetReport> reports = _fleet.Finish(schedule.LastNumber, s_patience);
        return new SlowWindow(reports[0], Percentiles.Of(LoadFleet.Merge(reports, report => report.Latency)));
    }

    public void Dispose()
    {
        _server.Dispose();
        _fleet?.Dispose();
    }
}
