using System.Globalization;

namespace RawSse.Bench.Native;

/// <summary>What all processes of the machine used of its CPUs, from /proc/stat (in ticks of 10 ms).</summary>
internal static class MachineClock
{
    private const long NanosecondsPerTick = 10_000_000;

    /// <summary>Nanoseconds of CPU used by everybody, and those that the hypervisor took for other machines.</summary>
    public static (long Busy, long Stolen) Read()
    {
        string line = File.ReadLines("/proc/stat").First();
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] ticks = [.. fields.Skip(1).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        long busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
        return (busy * NanosecondsPerTick, ticks[7] * NanosecondsPerTick);
    }
}
