namespace RawSse.Browser.Tests.Support;

/// <summary>Where things lie in the checkout that the tests were built from.</summary>
internal static class Repository
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>The folder with RawSse.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The server, built in the configuration of the tests.</summary>
    public static string ServerDll =>
        Path.Combine(Root, "src", "RawSse.Server", "bin", Configuration, "net10.0", "RawSse.Server.dll");

    /// <summary>The scripts that run under node.</summary>
    public static string Scripts => Path.Combine(Root, "tests", "RawSse.Browser.Tests", "js");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RawSse.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No RawSse.sln above {AppContext.BaseDirectory}.");
    }
}
