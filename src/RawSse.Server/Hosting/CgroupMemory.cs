using System.Globalization;

namespace RawSse.Server.Hosting;

/// <summary>
/// The memory that this process may use: the lowest limit of its cgroup and of the cgroups around it, v2 (memory.max) or v1
/// (memory.limit_in_bytes), and never more than the machine has.
/// </summary>
internal static class CgroupMemory
{
    // Where v2 is mounted alone, and beside v1.
    private static readonly string[] UnifiedRoots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

    private static readonly string[] MemoryRoots = ["/sys/fs/cgroup/memory"];

    /// <param name="read">a file's text, or null when there is none</param>
    /// <param name="machineBytes">the machine's memory</param>
    public static long Limit(Func<string, string?> read, long machineBytes)
    {
        long limit = machineBytes;
        // Lines are "ID:CONTROLLERS:PATH"; v2 has no controllers there (cgroups(7)).
        foreach (string line in (read("/proc/self/cgroup") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
                continue;
            if (controllers.Length == 0)
                limit = Math.Min(limit, Lowest(read, UnifiedRoots, path, "memory.max"));
            else if (controllers.Split(',').Contains("memory"))
                limit = Math.Min(limit, Lowest(read, MemoryRoots, path, "memory.limit_in_bytes"));
        }
        return limit;
    }

    // A container sees its own cgroup at the root, whatever path it is told: so every directory up to the root is asked.
    private static long Lowest(Func<string, string?> read, string[] roots, string path, string file)
    {
        long lowest = long.MaxValue;
        for (string directory = path.TrimEnd('/'); ; directory = directory[..directory.LastIndexOf('/')])
        {
            foreach (string root in roots)
                lowest = Math.Min(lowest, Parse(read($"{root}{directory}/{file}")));
            if (!directory.Contains('/'))
                return lowest;
        }
    }

    /// <summary>"max", nothing and what is no number are no limit.</summary>
    private static long Parse(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : long.MaxValue;
}
