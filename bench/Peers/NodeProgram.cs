using System.Diagnostics;
using RawSse.Bench.Load;

namespace RawSse.Bench.Peers;

/// <summary>A server for Node.js that is kept in a folder of bench/Peers, with a package from npm or none.</summary>
internal sealed class NodeProgram(string folder, string? package)
{
    private readonly string _folder = Repository.PeerFile(folder);

    /// <summary>What to install; null: it can be started.</summary>
    public string? Missing =>
        Executables.Find("node") is null ? "node is not on the PATH: install Node.js 20 or later (apt-get install nodejs)" :
        !IsInstalled && Executables.Find("npm") is null ? $"npm is not on the PATH, and {package} is not installed (apt-get install npm)" : null;

    private bool IsInstalled => package is null || Directory.Exists(Path.Combine(_folder, "node_modules", package));

    /// <summary>Fetches the package, once.</summary>
    public void Install()
    {
        if (IsInstalled) return;
        using Process npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = npm.StandardOutput.ReadToEndAsync();
        string problem = npm.StandardError.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0) throw new LoadException($"npm ci in {_folder} failed: {problem}{output.Result}");
    }

    public ProcessStartInfo Start(string script, params IEnumerable<string> arguments)
    {
        Install();
        var start = new ProcessStartInfo("node", [script, .. arguments]) { WorkingDirectory = _folder };
        start.Environment["NODE_ENV"] = "production";
        return start;
    }
}
