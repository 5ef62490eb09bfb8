using System.Diagnostics;
using RawSse.Bench.Load;
using RawSse.Bench.Native;
using RawSse.Bench.Redis;

namespace RawSse.Bench.Peers;

/// <summary>nginx with Debian's nchan module (nchan/nginx.conf), alone or on a Redis of its own.</summary>
internal sealed class NchanPeer(bool hasRedis) : Peer
{
    private const string Module = "/usr/lib/nginx/modules/ngx_nchan_module.so";

    // Listeners, the pair of pipes to the master, publishers, Redis.
    private const int ConnectionsOfItsOwn = 500;

    public override string Name => hasRedis ? "nchan-redis" : "nchan";

    public override bool HasChannels => true;

    public override string? Missing =>
        Executables.Find("nginx") is null || !File.Exists(Module)
            ? "nginx or its nchan module is not there (apt-get install nginx libnginx-mod-nchan)"
            : hasRedis ? RedisProcess.Missing : null;

    protected override string? ReadyRequest => "GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

    public override string StreamPath(string channel) => $"/events/{channel}";

    public override string PublishPath(string channel) => $"/events/{channel}";

    public override PublishFormat PublishFormat(string channel) => new() { Headers = "X-EventSource-Event: update\r\n" };

    protected override Launch Prepare(int port, int? cpu, int connections)
    {
        // What may fail comes before the folder, which nobody would delete.
        RedisProcess? redis = hasRedis ? new RedisProcess() : null;
        var folder = new RunFolder();
        string configuration = folder.Write(
            Repository.PeerFile("nchan", "nginx.conf"), hasRedis ? "#redis:" : null,
            ("module", Module), ("files", OpenFiles.Limit), ("folder", folder.Path), ("port", port),
            ("connections", (connections * 9 / 8) + ConnectionsOfItsOwn), ("redis", redis?.Url ?? ""));
        string nginx = Executables.Find("nginx")!;
        // Until it has read its configuration it would write to the system's log.
        return new Launch(new ProcessStartInfo(nginx, ["-p", folder.Path, "-e", "stderr", "-c", configuration])) { Folder = folder, Redis = redis };
    }
}
