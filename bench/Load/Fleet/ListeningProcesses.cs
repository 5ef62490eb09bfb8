using System.Globalization;

namespace RawSse.Bench.Load.Fleet;

/// <summary>Who listens on a port of this machine, from /proc/net/tcp and the descriptors in /proc/PID/fd that we may read.</summary>
internal static class ListeningProcesses
{
    private const string Listening = "0A";

    private static readonly string[] s_tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>None: nobody does, or somebody whose descriptors are not ours to see.</summary>
    public static IReadOnlyList<int> Of(int port)
    {
        HashSet<string> sockets = [.. s_tables
            .Where(File.Exists).SelectMany(file => Inodes(file, port)).Select(inode => $"socket:[{inode}]")];
        return sockets.Count == 0 ? [] : [.. Pids().Where(pid => Holds(pid, sockets))];
    }

    private static IEnumerable<string> Inodes(string table, int port)
    {
        string end = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return File.ReadLines(table).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith(end, StringComparison.Ordinal) && fields[3] == Listening)
            .Select(fields => fields[9]);
    }

    private static IEnumerable<int> Pids() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int pid) ? pid : 0)
        .Where(pid => pid > 0);

    private static bool Holds(int pid, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd"))
                .Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
