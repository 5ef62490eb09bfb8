using System.Diagnostics;

namespace RawSse.Bench.Peers;

/// <summary>RawSse with all of its defaults, as one of several nodes on a Redis.</summary>
internal sealed class RawSseNode(string redisUrl) : Peer
{
    public override string Name => "rawsse";

    public override bool HasChannels => true;

    public override string? Missing => RawSseProgram.Missing;

    protected override string? ReadyRequest => RawSseProgram.ReadyWithStoreRequest;

    public override string StreamPath(string channel) => $"/events/{channel}";

    public override string PublishPath(string channel) => $"/events/{channel}?type=update";

    protected override ProcessStartInfo Command(int port, int connections) => RawSseProgram.Start(port, ["--redis", redisUrl]);
}
