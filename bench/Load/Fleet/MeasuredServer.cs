using System.ComponentModel;
using RawSse.Bench.Native;

namespace RawSse.Bench.Load.Fleet;

/// <summary>Finds the processes of a server on this machine, whose CPU and memory the kernel tells us.</summary>
internal static class MeasuredServer
{
    /// <summary>The process that was named, with its children, or who listens where the load goes; nobody when it is elsewhere.</summary>
    public static ServerAccount Find(int? pid, HttpTarget target)
    {
        if (pid is { } named)
            return Checked(ProcessTree.Of(named)) ?? throw new LoadException($"--pid {named}: there is no such process, or it is not ours to see.");
        ServerAccount? found = target.IsLoopback ? Checked([.. ListeningProcesses.Of(target.Port).SelectMany(ProcessTree.Of).Distinct()]) : null;
        return found ?? new ServerAccount([]);
    }

    private static ServerAccount? Checked(IReadOnlyList<int> pids)
    {
        try
        {
            var account = new ServerAccount(pids);
            _ = account.Cpu + account.Memory.Resident;
            return account;
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
