using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace RawSse.Server.Hosting;

/// <summary>
/// Turns the first SIGTERM or SIGINT into a drain and the second of either into an end at once. In place of the host's own
/// ConsoleLifetime, which does not tell them apart and has no second.
/// </summary>
/// <param name="lifetime">what is stopped</param>
/// <param name="plan">told when the drain must hurry</param>
/// <param name="exit">ends the process with this exit code, without a drain</param>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime, ShutdownPlan plan, Action<int> exit) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        InheritedSignals.RestoreInterrupt();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                OnSignal(context.Signal);
            }));
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Any thread.</summary>
    internal void OnSignal(PosixSignal signal)
    {
        if (Interlocked.Increment(ref _signals) > 1)
        {
            // Still 0: that it stops is what was asked for, twice.
            exit(0);
            return;
        }
        if (signal == PosixSignal.SIGINT)
            plan.Hurry();
        lifetime.StopApplication();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }
}
