using System.ComponentModel;
using System.Runtime.InteropServices;

namespace RawSse.Bench.Native;

/// <summary>Which CPUs this machine gives us, and threads pinned to one of them. At most 1,024 CPUs.</summary>
internal static unsafe class Cpus
{
    private const int Words = 16;

    /// <summary>The CPUs that the calling thread may use, ascending.</summary>
    public static IReadOnlyList<int> Allowed()
    {
        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        if (Libc.GetAffinity(0, Words * 8, mask) < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "sched_getaffinity");
        var cpus = new List<int>();
        for (int cpu = 0; cpu < Words * 64; cpu++)
            if ((mask[cpu / 64] >> (cpu % 64) & 1) != 0) cpus.Add(cpu);
        return cpus;
    }

    /// <summary>Does it with the calling thread pinned to this CPU, then gives the thread its CPUs back; null: where it is.</summary>
    public static void RunOn(int? cpu, Action act)
    {
        if (cpu is not { } one)
        {
            act();
            return;
        }
        IReadOnlyList<int> own = Allowed();
        Pin(one);
        try
        {
            act();
        }
        finally
        {
            Pin(own);
        }
    }

    /// <summary>Pins the calling thread; a process that it starts inherits that, as with taskset(1).</summary>
    public static void Pin(params IEnumerable<int> cpus)
    {
        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        foreach (int cpu in cpus) mask[cpu / 64] |= 1UL << (cpu % 64);
        if (Libc.SetAffinity(0, Words * 8, mask) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "sched_setaffinity");
    }
}
