using System.Diagnostics;
using System.Globalization;

namespace RawSse.Bench.Peers;

/// <summary>What the guide that RawSse began with has for one node alone: clients, history and sequence in the process.</summary>
internal sealed class SeedNodePeer : Peer
{
    private static readonly NodeProgram s_program = new("seed-node", package: null);

    public override string Name => "seed-node";

    public override bool HasChannels => true;

    public override string? Missing => s_program.Missing;

    public override string StreamPath(string channel) => $"/events/{channel}";

    public override string PublishPath(string channel) => $"/events/{channel}?type=update";

    protected override ProcessStartInfo Command(int port, int connections) =>
        s_program.Start("alone.mjs", port.ToString(CultureInfo.InvariantCulture));
}
