using System.Globalization;

namespace RawSse.Bench.Native;

/// <summary>Resident memory of a process in bytes.</summary>
/// <param name="Resident">All of it.</param>
/// <param name="Anonymous">Without pages of files.</param>
internal readonly record struct ProcessMemory(long Resident, long Anonymous)
{
    /// <summary>From smaps_rollup, which is exact: VmRSS of /proc/PID/status lags by some pages a CPU.</summary>
    public static ProcessMemory Of(int pid)
    {
        string rollup = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/smaps_rollup");
        return File.Exists(rollup)
            ? new ProcessMemory(Field(rollup, "Rss:"), Field(rollup, "Anonymous:"))
            : new ProcessMemory(Field($"/proc/{pid}/status", "VmRSS:"), Field($"/proc/{pid}/status", "RssAnon:"));
    }

    private static long Field(string file, string name)
    {
        string line = File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
