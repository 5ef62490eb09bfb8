using System.Globalization;
using RawSse.Server.Shards;

namespace RawSse.Server.Hosting;

/// <summary>What the options that may say "as much as there is" come to on this machine.</summary>
/// <param name="MemoryBytes">of all logs, pages and the embedded store</param>
/// <param name="Connections">that may be open at once</param>
/// <param name="Shards">event loops</param>
internal readonly record struct EffectiveLimits(long MemoryBytes, int Connections, int Shards)
{
    /// <summary>The most that any option may ask for, and what "unlimited" counts as.</summary>
    public const int ConnectionsMax = 10_000_000;

    public const int ShardsMax = 256;

    // The runtime's own (some 120 when idle: it keeps the assemblies open) and the clients over the limit that are let in to be
    // told so.
    private const int DescriptorsReserved = 160 + ConnectionLimits.RefusedAtOnceMax + ConnectionLimits.AdminAtOnceMax;

    // An epoll, an event and up to so many listeners.
    private const int DescriptorsPerShard = 2;

    /// <summary>Reads the machine's limits where <paramref name="options"/> leave a choice.</summary>
    public static EffectiveLimits Of(RawSseOptions options)
    {
        int shards = options.Shards > 0 ? options.Shards : Math.Min(Environment.ProcessorCount, ShardsMax);
        long memory = options.Memory > 0 ? options.Memory : MemoryLimit() / 2;
        int connections = options.MaxConnections > 0 ? options.MaxConnections : ConnectionsAllowed(options);
        return new(memory, connections, shards);
    }

    /// <summary>Connections that the open-file limit allows beside what the process needs itself; at least 1.</summary>
    public static int ConnectionsAllowed(RawSseOptions options)
    {
        int shards = options.Shards > 0 ? options.Shards : Math.Min(Environment.ProcessorCount, ShardsMax);
        int listeners = options.EffectiveListen.Count + (options.AdminListen is null ? 0 : 1);
        return ConnectionsAllowed(OpenFileLimit(ReadText("/proc/self/limits")), shards, listeners);
    }

    /// <param name="openFiles">RLIMIT_NOFILE</param>
    /// <param name="shards">event loops</param>
    /// <param name="listeners">endpoints; each shard has its own socket for each</param>
    internal static int ConnectionsAllowed(long openFiles, int shards, int listeners)
    {
        long reserved = DescriptorsReserved + ((long)shards * (DescriptorsPerShard + listeners));
        return (int)Math.Clamp(openFiles - reserved, 1, ConnectionsMax);
    }

    /// <summary>
    /// The soft limit in a text like /proc/self/limits, which the runtime raises to the hard one when it starts; without
    /// such a line <see cref="ConnectionsMax"/>.
    /// </summary>
    internal static long OpenFileLimit(string? limits)
    {
        const string Line = "Max open files";
        foreach (string line in (limits ?? "").Split('\n'))
        {
            if (!line.StartsWith(Line, StringComparison.Ordinal))
                continue;
            string[] columns = line[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns is [var soft, ..] && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long files))
                return files;
        }
        return ConnectionsMax;
    }

    private static long MemoryLimit() =>
        CgroupMemory.Limit(ReadText, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
