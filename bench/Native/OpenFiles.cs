using System.Globalization;

namespace RawSse.Bench.Native;

/// <summary>How many descriptors a process may have: the hard limit, to which the runtime raises the soft one.</summary>
internal static class OpenFiles
{
    private const string Name = "Max open files";

    public static int Limit { get; } = Read();

    private static int Read()
    {
        string line = File.ReadLines("/proc/self/limits").First(l => l.StartsWith(Name, StringComparison.Ordinal));
        string hard = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return int.TryParse(hard, CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue;
    }
}
