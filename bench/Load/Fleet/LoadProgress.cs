using System.Diagnostics;

namespace RawSse.Bench.Load.Fleet;

/// <summary>A line a second on standard error, and only when that is a terminal.</summary>
internal sealed class LoadProgress
{
    private static readonly TimeSpan s_each = TimeSpan.FromSeconds(1);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private long _toldAt = Stopwatch.GetTimestamp();
    private long _deliveries;

    public void Opening(FleetReport report, int connections)
    {
        if (IsTime(out _)) Tell($"{report.Opened:N0} of {connections:N0} streams opened, {report.Refused:N0} refused");
    }

    public void Measuring(LoadFleet fleet)
    {
        if (!IsTime(out double seconds)) return;
        FleetReport report = fleet.Newest;
        double rate = Math.Max(0, report.Deliveries - _deliveries) / seconds;
        _deliveries = report.Deliveries;
        Tell($"{report.Opened - report.Ended:N0} streams, {report.Deliveries:N0} deliveries, {rate:N0}/s, {report.Lost + report.Repeated:N0} faults");
    }

    private bool IsTime(out double seconds)
    {
        TimeSpan passed = Stopwatch.GetElapsedTime(_toldAt);
        seconds = passed.TotalSeconds;
        if (Console.IsErrorRedirected || passed < s_each) return false;
        _toldAt = Stopwatch.GetTimestamp();
        return true;
    }

    private void Tell(string line) => Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(_startedAt).TotalSeconds,5:0} s  {line}");
}
