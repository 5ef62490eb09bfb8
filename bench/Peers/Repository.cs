using System.Diagnostics;

namespace RawSse.Bench.Peers;

/// <summary>Where this clone and its .NET are.</summary>
internal static class Repository
{
    /// <summary>The folder that holds RawSse.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The host that runs this process, also when it was started through its own executable.</summary>
    public static string DotNet { get; } = Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "dotnet"));

    /// <summary>A file or folder of a peer in bench/Peers.</summary>
    public static string PeerFile(params ReadOnlySpan<string> path) => Path.Combine([Root, "bench", "Peers", .. path]);

    /// <summary>The commit, with <c>-dirty</c> when files differ from it; "unknown" without git.</summary>
    public static string Commit()
    {
        string commit = Git("rev-parse", "HEAD");
        if (commit.Length == 0) return "unknown";
        return Git("status", "--porcelain", "--untracked-files=no").Length == 0 ? commit : commit + "-dirty";
    }

    private static string Git(params IEnumerable<string> arguments)
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", ["-C", Root, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "RawSse.sln"))) return folder.FullName;
        return Environment.CurrentDirectory;
    }
}
