using System.Globalization;

namespace RawSse.Bench.Native;

/// <summary>A process with its children and theirs, from one look through /proc.</summary>
internal static class ProcessTree
{
    /// <summary>The root first. Who was started, or has gone, while we looked may be left out.</summary>
    public static IReadOnlyList<int> Of(int root)
    {
        ILookup<int, int> children = All().ToLookup(process => process.Parent, process => process.Pid);
        List<int> tree = [root];
        for (int i = 0; i < tree.Count; i++) tree.AddRange(children[tree[i]]);
        return tree;
    }

    /// <summary>False: it is gone, or ended and only waits for its parent to take notice.</summary>
    public static bool IsRunning(int pid) => Stat(pid) is { State: not ('Z' or 'X') };

    private static IEnumerable<(int Pid, int Parent)> All()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int pid) && Stat(pid) is { } stat)
                yield return (pid, stat.Parent);
    }

    // proc_pid_stat(5): pid (name) state ppid …, and a name may hold anything, also a parenthesis.
    private static (char State, int Parent)? Stat(int pid)
    {
        try
        {
            string line = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ', 3);
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
