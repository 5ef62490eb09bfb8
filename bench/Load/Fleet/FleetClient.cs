using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RawSse.Bench.Peers;

namespace RawSse.Bench.Load.Fleet;

/// <summary>The runner's side of a load process of a fleet. A thread of its own keeps its newest report.</summary>
internal sealed class FleetClient : IDisposable
{
    private readonly Process _process;
    private readonly ManualResetEventSlim _finished = new();
    private FleetReport _newest = new();

    public FleetClient(FleetPlan plan, int? cpu)
    {
        Plan = plan;
        ProcessStartInfo start = ServerProcess.Self(FleetProcess.Command, plan.Process.ToString(CultureInfo.InvariantCulture));
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        _process = ServerProcess.StartPinned(start, cpu);
        Tell(JsonSerializer.Serialize(plan, LoadProcess.Json));
        new Thread(Listen) { IsBackground = true }.Start();
    }

    public FleetPlan Plan { get; }

    /// <summary>Throws when the process has given up.</summary>
    public FleetReport Newest
    {
        get
        {
            FleetReport report = Volatile.Read(ref _newest);
            return report.Error is null ? report : throw new LoadException(report.Error);
        }
    }

    public void Order(FleetOrder order)
    {
        _finished.Reset();
        Tell(JsonSerializer.Serialize(order, LoadProcess.Json));
    }

    /// <summary>The report of the window that it was told to finish.</summary>
    public FleetReport AwaitFinal(TimeSpan patience)
    {
        if (!_finished.Wait(patience)) throw new LoadException("A load process does not answer.");
        return Newest;
    }

    /// <summary>Its standard input ends, so it does; its streams are closed by the kernel.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10))) _process.Kill();
        _process.Dispose();
        _finished.Dispose();
    }

    private void Tell(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    private void Listen()
    {
        try
        {
            while (_process.StandardOutput.ReadLine() is { } line) Keep(JsonSerializer.Deserialize<FleetReport>(line, LoadProcess.Json)!);
            Keep(new FleetReport { Error = "A load process ended." });
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It is being disposed of.
        }
    }

    private void Keep(FleetReport report)
    {
        // A final report stays until it was taken, and what went wrong first says more than what follows.
        if (Volatile.Read(ref _newest).Error is not null || _finished.IsSet && report.Error is null && !report.IsFinal) return;
        Volatile.Write(ref _newest, report);
        if (report.IsFinal || report.Error is not null) _finished.Set();
    }
}
