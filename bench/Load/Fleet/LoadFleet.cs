using System.Diagnostics;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load.Fleet;

/// <summary>Load processes that work as one: their counts are summed, their histograms merged.</summary>
internal sealed class LoadFleet : IDisposable
{
    /// <summary>What a process needs beside its connections.</summary>
    public const int FilesOfOthers = 200;

    private readonly List<FleetClient> _clients = [];

    /// <summary>Starts a process for each plan, on this CPU or on all that this one may use.</summary>
    public LoadFleet(IEnumerable<FleetPlan> plans, int? cpu)
    {
        foreach (FleetPlan plan in plans) _clients.Add(new FleetClient(plan, cpu));
    }

    /// <summary>How many connections one process can have.</summary>
    public static int ConnectionsMax => OpenFiles.Limit - FilesOfOthers;

    public int Processes => _clients.Count;

    public int Connections => _clients.Sum(client => client.Plan.Connections);

    /// <summary>The newest reports, summed.</summary>
    public FleetReport Newest => Sum([.. _clients.Select(client => client.Newest)]);

    /// <summary>Shares connections out over processes; the slow ones and the rate of connecting too.</summary>
    public static IEnumerable<FleetPlan> Share(FleetPlan whole, int processes)
    {
        for (int i = 0; i < processes; i++)
            yield return whole with
            {
                Process = i,
                Connections = Part(whole.Connections, i),
                Slow = Part(whole.Slow, i),
                ConnectRate = whole.ConnectRate / processes,
            };

        int Part(int of, int index) => of / processes + (index < of % processes ? 1 : 0);
    }

    public void Begin(EventSchedule schedule)
    {
        foreach (FleetClient client in _clients) client.Order(new FleetOrder(FleetAct.Begin, schedule));
    }

    /// <summary>Waits so long for what has not arrived; returns a report for each process.</summary>
    public IReadOnlyList<FleetReport> Finish(int lastNumber, TimeSpan patience)
    {
        foreach (FleetClient client in _clients)
            client.Order(new FleetOrder(FleetAct.Finish, null, lastNumber, patience.TotalSeconds));
        return [.. _clients.Select(client => client.AwaitFinal(patience + TimeSpan.FromSeconds(10)))];
    }

    /// <summary>Waits until each connection is answered in some way; false: nothing moved for so long.</summary>
    /// <param name="patience">without any progress</param>
    /// <param name="look">called about ten times a second; false ends the waiting</param>
    public bool AwaitOpen(TimeSpan patience, Func<FleetReport, bool> look)
    {
        var moved = Stopwatch.StartNew();
        for (int before = 0; ;)
        {
            FleetReport report = Newest;
            if (report.IsSettled(Connections) || !look(report)) return true;
            int settled = report.Opened + report.Refused;
            if (settled != before) moved.Restart();
            else if (moved.Elapsed > patience) return false;
            before = settled;
            Thread.Sleep(100);
        }
    }

    /// <summary>The same, and throws when any is not answered with a stream.</summary>
    public void RequireOpen(string server, TimeSpan patience)
    {
        bool isOpen = AwaitOpen(patience, static _ => true);
        FleetReport report = Newest;
        if (!isOpen || report.Opened < Connections)
            throw new LoadException($"{server} opened {report.Opened:N0} of {Connections:N0} streams: {report.Refusal ?? "nothing moved any more"}");
    }

    public void Dispose()
    {
        foreach (FleetClient client in _clients) client.Dispose();
    }

    /// <summary>One report for all; the CPU is summed, the time is the longest.</summary>
    public static FleetReport Sum(IReadOnlyList<FleetReport> reports) => new()
    {
        Begun = reports.Sum(report => report.Begun),
        Opened = reports.Sum(report => report.Opened),
        Refused = reports.Sum(report => report.Refused),
        Ended = reports.Sum(report => report.Ended),
        EndedInWindow = reports.Sum(report => report.EndedInWindow),
        Refusal = reports.Select(report => report.Refusal).FirstOrDefault(refusal => refusal is not null),
        Deliveries = reports.Sum(report => report.Deliveries),
        Timed = reports.Sum(report => report.Timed),
        Lost = reports.Sum(report => report.Lost),
        Repeated = reports.Sum(report => report.Repeated),
        OutOfOrder = reports.Sum(report => report.OutOfOrder),
        SkippedBySlow = reports.Sum(report => report.SkippedBySlow),
        Foreign = reports.Sum(report => report.Foreign),
        Bytes = reports.Sum(report => report.Bytes),
        Reads = reports.Sum(report => report.Reads),
        Cpu = reports.Sum(report => report.Cpu),
        Seconds = reports.Max(report => report.Seconds),
    };

    /// <summary>One histogram of all processes.</summary>
    public static LatencyHistogram Merge(IReadOnlyList<FleetReport> reports, Func<FleetReport, IReadOnlyList<long>?> histogram)
    {
        var merged = new LatencyHistogram();
        foreach (FleetReport report in reports) merged.Add(histogram(report) ?? []);
        return merged;
    }
}
