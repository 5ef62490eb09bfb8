using System.Diagnostics;
using RawSse.Bench.Load;
using RawSse.Bench.Load.Fleet;
using RawSse.Bench.Native;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Scenarios;

/// <summary>Several servers of a kind on the servers' CPU, with a load process for each on the load's.</summary>
internal sealed class CrowdNodes : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly BenchContext _context;
    private readonly Peer _peer;
    private readonly bool _isOnePublish;
    private readonly List<ServerProcess> _servers = [];
    private LoadFleet? _fleet;
    private int _nextNumber = 1;

    /// <param name="context">whose CPUs are used</param>
    /// <param name="peer">what to start</param>
    /// <param name="nodes">how many</param>
    /// <param name="isOnePublish">what is published at one reaches the subscribers of all</param>
    public CrowdNodes(BenchContext context, Peer peer, int nodes, bool isOnePublish)
    {
        (_context, _peer, _isOnePublish) = (context, peer, isOnePublish);
        try
        {
            for (int i = 0; i < nodes; i++) _servers.Add(peer.Start(context.ServerCpu, CrowdScenario.ConnectionsPerNode));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Of all servers: CPU used so far in ns, and resident bytes.</summary>
    public long Cpu => _servers.Sum(server => server.Account.Cpu);

    public long Resident => _servers.Sum(server => server.Account.Memory.Resident);

    /// <summary>Opens so many streams over all servers; returns how many seconds that took.</summary>
    public double Open(int connections)
    {
        long started = Stopwatch.GetTimestamp();
        FleetPlan whole = new() { Target = HttpTarget.Of(_servers[0].Port, _peer.StreamPath(Rig.HotChannel)), Connections = connections, IsNumbered = true };
        IEnumerable<FleetPlan> plans = LoadFleet.Share(whole, _servers.Count)
            .Zip(_servers, (plan, server) => plan with { Target = HttpTarget.Of(server.Port, _peer.StreamPath(Rig.HotChannel)) });
        _fleet = new LoadFleet(plans, _context.ClientCpu);
        _fleet.RequireOpen(_peer.Name, s_patience);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Closes all streams.</summary>
    public void Close()
    {
        _fleet?.Dispose();
        _fleet = null;
    }

    /// <summary>Until the servers used less than 1 % of a CPU for half a second.</summary>
    public void Settle()
    {
        for (int i = 0; i < 60; i++)
        {
            long before = Cpu;
            Thread.Sleep(500);
            if (Cpu - before < 5_000_000) return;
        }
    }

    /// <summary>Publishes so many events at a rate to all subscribers; a report for each load process.</summary>
    public IReadOnlyList<FleetReport> Publish(double rate, int events)
    {
        long startedAt = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 2;
        var schedule = new EventSchedule(startedAt, _nextNumber, rate, events, _nextNumber);
        _nextNumber += events;
        _fleet!.Begin(schedule);
        string? problem = null;
        Thread[] publishers = [.. (_isOnePublish ? _servers.Take(1) : _servers).Select(server => new Thread(() =>
        {
            if (PublishTo(server, schedule) is { } failure) Volatile.Write(ref problem, failure);
        }))];
        foreach (Thread publisher in publishers) publisher.Start();
        foreach (Thread publisher in publishers) publisher.Join();
        return problem is null ? _fleet.Finish(schedule.LastNumber, s_patience) : throw new LoadException(problem);
    }

    public void Dispose()
    {
        foreach (ServerProcess server in _servers) server.Dispose();
        Close();
    }

    // Returns what went wrong.
    private string? PublishTo(ServerProcess server, EventSchedule schedule)
    {
        try
        {
            // Where the load is: the servers have their CPU for themselves.
            Cpus.Pin(_context.ClientCpu);
            PublishRequest request = PublishRequest.Of(_peer, server, Rig.HotChannel, _context.Options.DataBytes);
            PublishLoop.PublishAll(request, schedule);
            return null;
        }
        catch (Exception e) when (e is LoadException or System.ComponentModel.Win32Exception)
        {
            return e.Message;
        }
    }
}
