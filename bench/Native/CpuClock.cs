using System.ComponentModel;
using System.Runtime.InteropServices;

namespace RawSse.Bench.Native;

/// <summary>The kernel's account of a process' CPU time in nanoseconds, user and system, ended threads included.</summary>
internal static unsafe class CpuClock
{
    /// <summary>Of another process: its clock id is <c>~pid &lt;&lt; 3 | CPUCLOCK_SCHED</c> (clock_getcpuclockid(3)).</summary>
    public static long OfProcess(int pid) => Read(~pid << 3 | 2);

    public static long OfSelf() => Read(Libc.ClockProcessCpu);

    /// <summary>Of all our children that have ended, together.</summary>
    public static long OfEndedChildren()
    {
        const int Children = -1;
        // struct rusage begins with user and system time, each in seconds and microseconds.
        long* usage = stackalloc long[18];
        if (Libc.GetUsage(Children, usage) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "getrusage");
        return (usage[0] + usage[2]) * 1_000_000_000 + (usage[1] + usage[3]) * 1_000;
    }

    private static long Read(int clock)
    {
        long* time = stackalloc long[2];
        if (Libc.ClockGetTime(clock, time) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "clock_gettime");
        return time[0] * 1_000_000_000 + time[1];
    }
}
