using System.Diagnostics;
using System.Globalization;

namespace RawSse.Bench.Peers;

/// <summary>The bare loop in C#: this executable as <c>floor PORT</c>.</summary>
internal sealed class FloorPeer : Peer
{
    public override string Name => "floor";

    public override bool HasChannels => false;

    protected override ProcessStartInfo Command(int port, int connections) =>
        ServerProcess.Self("floor", port.ToString(CultureInfo.InvariantCulture));
}
