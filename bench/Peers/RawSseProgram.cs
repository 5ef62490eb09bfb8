using System.Diagnostics;
using System.Globalization;

namespace RawSse.Bench.Peers;

/// <summary>How RawSse is started as it was built.</summary>
internal static class RawSseProgram
{
    /// <summary>Answered with 200 while it serves.</summary>
    public const string ReadyRequest = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

    /// <summary>Answered with 200 once its Redis is up too.</summary>
    public const string ReadyWithStoreRequest = "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

    public static string? Missing =>
        File.Exists(Assembly) ? null : $"{Assembly} is not built (dotnet build -c Release src/RawSse.Server)";

    // BENCH_RAWSSE names another build of it.
    private static string Assembly => Environment.GetEnvironmentVariable("BENCH_RAWSSE")
        ?? Path.Combine(Repository.Root, "src", "RawSse.Server", "bin", "Release", "net10.0", "RawSse.Server.dll");

    /// <summary>On this port of 127.0.0.1. Only what is asked for here counts, not what this shell happens to have set.</summary>
    public static ProcessStartInfo Start(int port, IEnumerable<string> options)
    {
        string[] arguments = ["--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), .. options];
        var start = Assembly.EndsWith(".dll", StringComparison.Ordinal)
            ? new ProcessStartInfo(Repository.DotNet, [Assembly, .. arguments])
            : new ProcessStartInfo(Assembly, arguments);
        foreach (string name in start.Environment.Keys.Where(IsOption).ToList()) start.Environment.Remove(name);
        return start;
    }

    private static bool IsOption(string name) => name.StartsWith("RAWSSE_", StringComparison.Ordinal) || name == "REDIS_URL";
}
