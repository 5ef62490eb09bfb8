using System.Text;

namespace RawSse.Bench.Peers;

/// <summary>A temporary folder of one started server, deleted with all that is in it when the server has ended.</summary>
internal sealed class RunFolder : IDisposable
{
    /// <summary>What the names of all folders of this process begin with.</summary>
    public static string Prefix { get; } = FormattableString.Invariant($"rawsse-bench-{Environment.ProcessId}-");

    public string Path { get; } = Directory.CreateTempSubdirectory(Prefix).FullName;

    /// <summary>Writes a file from a template, whose placeholders are names in braces, and tells its path.</summary>
    /// <param name="template">the file to read; the one written has the same name</param>
    /// <param name="enabled">what lines begin with that count here, a mark that is then cut off; null: none</param>
    public string Write(string template, string? enabled, params (string Name, object Value)[] values)
    {
        var text = new StringBuilder(File.ReadAllText(template));
        if (enabled is not null) text.Replace(enabled, "");
        foreach ((string name, object value) in values) text.Replace("{" + name + "}", FormattableString.Invariant($"{value}"));
        string file = System.IO.Path.Combine(Path, System.IO.Path.GetFileName(template));
        File.WriteAllText(file, text.ToString());
        return file;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
