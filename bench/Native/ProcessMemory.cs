using System.Globalization;

namespace RawSse.Bench.Native;

/// <summary>Resident memory of a server in bytes.</summary>
/// <param name="Resident">All of it.</param>
/// <param name="Anonymous">Without pages of files.</param>
internal readonly record struct ProcessMemory(long Resident, long Anonymous)
{
    /// <summary>
    /// Of one process what is resident. Of several the sum of their proportional shares: a page that a master and its worker both
    /// map, be it shared memory, a library or untouched since the fork, counts once and not for each of them.
    /// </summary>
    public static ProcessMemory Of(IReadOnlyList<int> pids) =>
        pids.Count == 1 ? Of(pids[0]) : pids.Select(ShareOf).Aggregate(default(ProcessMemory), (a, b) => new(a.Resident + b.Resident, a.Anonymous + b.Anonymous));

    /// <summary>From smaps_rollup, which is exact: VmRSS of /proc/PID/status lags by some pages a CPU.</summary>
    private static ProcessMemory Of(int pid) => File.Exists(Rollup(pid))
        ? new ProcessMemory(Field(Rollup(pid), "Rss:"), Field(Rollup(pid), "Anonymous:"))
        : new ProcessMemory(Field(Status(pid), "VmRSS:"), Field(Status(pid), "RssAnon:"));

    private static ProcessMemory ShareOf(int pid) => File.Exists(Rollup(pid))
        ? new ProcessMemory(Field(Rollup(pid), "Pss:"), Field(Rollup(pid), "Pss_Anon:"))
        : Of(pid);

    private static string Rollup(int pid) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/smaps_rollup");

    private static string Status(int pid) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status");

    private static long Field(string file, string name)
    {
        string line = File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
