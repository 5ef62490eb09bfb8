using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RawSse.Server.Hosting;

namespace RawSse.Functional.Tests.Support;

/// <summary>
/// One redis-server for all tests that want one, or that of <c>REDIS_URL</c>. Each server of a test has a channel prefix of its
/// own, so that tests do not meet.
/// </summary>
internal static class SharedRedis
{
    private static readonly Lock s_gate = new();
    private static Process? s_process;
    private static DirectoryInfo? s_directory;
    private static string? s_url;
    private static int s_prefixes;

    public static void Use(RawSseOptions options)
    {
        options.Redis = Url();
        options.ChannelPrefix = string.Create(
            CultureInfo.InvariantCulture, $"t{Environment.ProcessId}-{Interlocked.Increment(ref s_prefixes)}:");
    }

    public static void Stop()
    {
        if (s_process is null)
            return;
        s_process.Kill();
        s_process.WaitForExit();
        s_process.Dispose();
        s_directory!.Delete(recursive: true);
    }

    private static string Url()
    {
        lock (s_gate)
            return s_url ??= Environment.GetEnvironmentVariable("REDIS_URL") ?? Start();
    }

    private static string Start()
    {
        int port = FreePort();
        s_directory = Directory.CreateTempSubdirectory("rawsse-redis-");
        var start = new ProcessStartInfo("redis-server") { WorkingDirectory = s_directory.FullName, RedirectStandardOutput = true };
        string number = port.ToString(CultureInfo.InvariantCulture);
        foreach (string argument in (string[])["--bind", "127.0.0.1", "--port", number, "--save", "", "--appendonly", "no"])
            start.ArgumentList.Add(argument);
        s_process = Process.Start(start)!;
        s_process.OutputDataReceived += static (_, _) => { };
        s_process.BeginOutputReadLine();
        return $"redis://127.0.0.1:{number}";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
