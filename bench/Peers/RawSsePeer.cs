using System.Diagnostics;
using System.Globalization;
using RawSse.Server.Transport;

namespace RawSse.Bench.Peers;

/// <summary>
/// RawSse as it was built, with its defaults but one shard, so that it uses one CPU as the others do.
/// </summary>
/// <param name="transport">epoll, uring or sockets</param>
/// <param name="more">further options, of a scenario that is about them</param>
internal sealed class RawSsePeer(string transport, params string[] more) : Peer
{
    public override string Name => transport == "epoll" ? "rawsse" : $"rawsse-{transport}";

    /// <summary>Bytes of garbage after which the server's collector runs; 0: as the runtime decides, many MB.</summary>
    public int GarbageBytesMax { get; init; }

    public override bool HasChannels => true;

    public override bool HasBulk => true;

    public override string? Missing => RawSseProgram.Missing
        ?? (transport == "uring" && OperatingSystem.IsLinux() && SendRing.Missing() is { } reason ? reason : null);

    protected override string? ReadyRequest => RawSseProgram.ReadyRequest;

    public override string StreamPath(string channel) => $"/events/{channel}";

    // The floor's frames carry `event: update` too.
    public override string PublishPath(string channel) => $"/events/{channel}?type=update";

    protected override ProcessStartInfo Command(int port, int connections)
    {
        string room = (connections + 200).ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = RawSseProgram.Start(
            port, ["--transport", transport, "--shards", "1", "--max-connections", room, .. more]);
        if (GarbageBytesMax > 0) start.Environment["DOTNET_GCgen0size"] = GarbageBytesMax.ToString("x", CultureInfo.InvariantCulture);
        return start;
    }
}
