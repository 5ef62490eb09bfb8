using System.Diagnostics;
using System.Globalization;

namespace RawSse.Bench.Peers;

/// <summary>A Node server with the package better-sse (better-sse/).</summary>
internal sealed class BetterSsePeer : Peer
{
    private static readonly NodeProgram s_program = new("better-sse", "better-sse");

    public override string Name => "better-sse";

    public override bool HasChannels => true;

    public override string? Missing => s_program.Missing;

    public override string StreamPath(string channel) => $"/events/{channel}";

    public override string PublishPath(string channel) => $"/events/{channel}?type=update";

    protected override ProcessStartInfo Command(int port, int connections) =>
        s_program.Start("server.mjs", port.ToString(CultureInfo.InvariantCulture));
}
