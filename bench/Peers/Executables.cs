namespace RawSse.Bench.Peers;

/// <summary>Programs on the PATH.</summary>
internal static class Executables
{
    // Where servers are, also for users who are not root.
    private const string More = ":/usr/sbin:/usr/local/sbin";

    /// <summary>Null: there is none of this name.</summary>
    public static string? Find(string name) => ((Environment.GetEnvironmentVariable("PATH") ?? "") + More)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>A line that names those that are missing; null when there are all.</summary>
    public static string? Missing(params IEnumerable<string> names)
    {
        string[] missing = [.. names.Where(name => Find(name) is null)];
        return missing.Length == 0 ? null : $"not on the PATH: {string.Join(", ", missing)}";
    }
}
