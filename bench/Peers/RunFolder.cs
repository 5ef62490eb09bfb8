namespace RawSse.Bench.Peers;

/// <summary>A temporary folder of one started server, deleted with all that is in it when the server has ended.</summary>
internal sealed class RunFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rawsse-bench-").FullName;

    /// <summary>Writes a file from a template, whose placeholders are names in braces, and tells its path.</summary>
    public string Write(string template, params (string Name, object Value)[] values)
    {
        string text = values.Aggregate(File.ReadAllText(template), (text, value) =>
            text.Replace("{" + value.Name + "}", FormattableString.Invariant($"{value.Value}"), StringComparison.Ordinal));
        string file = System.IO.Path.Combine(Path, System.IO.Path.GetFileName(template));
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
