namespace RawSse.Redis.Tests.Support;

/// <summary>Where things lie in the checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder with RawSse.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RawSse.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"no RawSse.sln above {AppContext.BaseDirectory}");
        return folder.FullName;
    }
}
