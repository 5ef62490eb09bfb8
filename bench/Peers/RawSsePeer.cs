using System.Diagnostics;
using System.Globalization;

namespace RawSse.Bench.Peers;

/// <summary>
/// RawSse as it was built, with its defaults but one shard, so that it uses one CPU as the others do, and no heartbeat: all streams
/// are idle while another server has its turn on the same CPU.
/// </summary>
/// <param name="transport">epoll or sockets</param>
/// <param name="more">further options, of a scenario that is about them</param>
internal sealed class RawSsePeer(string transport, params string[] more) : Peer
{
    public override string Name => transport == "epoll" ? "rawsse" : $"rawsse-{transport}";

    public override bool HasChannels => true;

    public override bool HasBulk => true;

    public override string? Missing => RawSseProgram.Missing;

    protected override string? ReadyRequest => RawSseProgram.ReadyRequest;

    public override string StreamPath(string channel) => $"/events/{channel}";

    // The floor's frames carry `event: update` too.
    public override string PublishPath(string channel) => $"/events/{channel}?type=update";

    protected override ProcessStartInfo Command(int port, int connections) => RawSseProgram.Start(
        port, ["--transport", transport, "--shards", "1", "--heartbeat", "0s", "--max-connections", (connections + 200).ToString(CultureInfo.InvariantCulture), .. more]);
}
