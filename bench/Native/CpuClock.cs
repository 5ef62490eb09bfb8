using System.ComponentModel;
using System.Runtime.InteropServices;

namespace RawSse.Bench.Native;

/// <summary>The kernel's account of a process' CPU time in nanoseconds, user and system, ended threads included.</summary>
internal static unsafe class CpuClock
{
    /// <summary>Of another process: its clock id is <c>~pid &lt;&lt; 3 | CPUCLOCK_SCHED</c> (clock_getcpuclockid(3)).</summary>
    public static long OfProcess(int pid) => Read(~pid << 3 | 2);

    public static long OfSelf() => Read(Libc.ClockProcessCpu);

    private static long Read(int clock)
    {
        long* time = stackalloc long[2];
        if (Libc.ClockGetTime(clock, time) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), "clock_gettime");
        return time[0] * 1_000_000_000 + time[1];
    }
}
