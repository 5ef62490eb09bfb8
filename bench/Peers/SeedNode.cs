using System.Diagnostics;
using System.Globalization;
using RawSse.Bench.Load;

namespace RawSse.Bench.Peers;

/// <summary>The Node server of the guide that RawSse began with (seed-node/), as one of several nodes on a Redis.</summary>
internal sealed class SeedNode(string redisUrl, string channel) : Peer
{
    public override string Name => "seed-node";

    public override bool HasChannels => true;

    public override string? Missing =>
        Executables.Find("node") is null ? "node is not on the PATH (Node.js 20)" :
        !IsInstalled && Executables.Find("npm") is null ? "npm is not on the PATH, and ioredis is not installed" : null;

    private static string Folder { get; } = Path.Combine(Repository.Root, "bench", "Peers", "seed-node");

    private static bool IsInstalled => Directory.Exists(Path.Combine(Folder, "node_modules", "ioredis"));

    public override string StreamPath(string name) => $"/events/{name}";

    public override string PublishPath(string name) => $"/events/{name}?type=update";

    /// <summary>Fetches what it needs (ioredis), once.</summary>
    public static void Install()
    {
        if (IsInstalled) return;
        using Process npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = npm.StandardOutput.ReadToEndAsync();
        string problem = npm.StandardError.ReadToEnd();
        npm.WaitForExit();
        if (npm.ExitCode != 0) throw new LoadException($"npm ci in {Folder} failed: {problem}{output.Result}");
    }

    protected override ProcessStartInfo Command(int port, int connections)
    {
        var start = new ProcessStartInfo("node", ["server.mjs", port.ToString(CultureInfo.InvariantCulture), channel])
        {
            WorkingDirectory = Folder,
        };
        start.Environment["REDIS_URL"] = redisUrl;
        start.Environment["NODE_ENV"] = "production";
        return start;
    }
}
