using System.Diagnostics;
using System.Globalization;

namespace RawSse.Bench.Peers;

/// <summary>RawSse as it was built, with its defaults but one shard, so that it uses one CPU as the others do.</summary>
internal sealed class RawSsePeer(string transport) : Peer
{
    public override string Name => transport == "epoll" ? "rawsse" : $"rawsse-{transport}";

    public override bool HasChannels => true;

    public override string? Missing =>
        File.Exists(Assembly) ? null : $"{Assembly} is not built (dotnet build -c Release src/RawSse.Server)";

    protected override string? ReadyRequest => "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

    // BENCH_RAWSSE names another build of it.
    private static string Assembly => Environment.GetEnvironmentVariable("BENCH_RAWSSE")
        ?? Path.Combine(Repository.Root, "src", "RawSse.Server", "bin", "Release", "net10.0", "RawSse.Server.dll");

    public override string StreamPath(string channel) => $"/events/{channel}";

    // The floor's frames carry `event: update` too.
    public override string PublishPath(string channel) => $"/events/{channel}?type=update";

    protected override ProcessStartInfo Command(int port, int connections)
    {
        string[] arguments = [
            "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
            "--transport", transport, "--shards", "1",
            "--max-connections", (connections + 200).ToString(CultureInfo.InvariantCulture)];
        var start = Assembly.EndsWith(".dll", StringComparison.Ordinal)
            ? new ProcessStartInfo(Repository.DotNet, [Assembly, .. arguments])
            : new ProcessStartInfo(Assembly, arguments);
        // Only what is on the command line counts, not what this shell happens to have set.
        foreach (string name in start.Environment.Keys.Where(IsOption).ToList()) start.Environment.Remove(name);
        return start;
    }

    private static bool IsOption(string name) => name.StartsWith("RAWSSE_", StringComparison.Ordinal) || name == "REDIS_URL";
}
