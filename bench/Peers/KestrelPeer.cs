using System.Diagnostics;
using System.Globalization;

namespace RawSse.Bench.Peers;

/// <summary>
/// Kestrel (Kestrel/): events encoded once for all and written by each subscriber's request from a queue (<c>queued</c>), or by one
/// sweep over all subscribers (<c>swept</c>), or TypedResults.ServerSentEvents (<c>typed</c>).
/// </summary>
internal sealed class KestrelPeer(string kind) : Peer
{
    public override string Name => kind == "queued" ? "kestrel" : $"kestrel-{kind}";

    public override bool HasChannels => true;

    public override string? Missing =>
        !File.Exists(Assembly) ? $"{Assembly} is not built (dotnet build -c Release bench)" :
        !Directory.Exists(Framework) ? "the runtime of ASP.NET Core 10 is not there (apt-get install aspnetcore-runtime-10.0)" : null;

    protected override string? ReadyRequest => "GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

    private static string Assembly => Repository.PeerFile("Kestrel", "bin", "Release", "net10.0", "RawSse.Bench.Kestrel.dll");

    private static string Framework => Path.Combine(Path.GetDirectoryName(Repository.DotNet)!, "shared", "Microsoft.AspNetCore.App");

    public override string StreamPath(string channel) => $"/events/{channel}";

    public override string PublishPath(string channel) => $"/events/{channel}?type=update";

    protected override ProcessStartInfo Command(int port, int connections)
    {
        string[] arguments = [Assembly, port.ToString(CultureInfo.InvariantCulture), kind];
        var start = new ProcessStartInfo(Repository.DotNet, arguments);
        foreach (string name in start.Environment.Keys.Where(IsSetting).ToList()) start.Environment.Remove(name);
        return start;
    }

    // Only what is asked for here counts, not what this shell happens to have set.
    private static bool IsSetting(string name) => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal);
}
