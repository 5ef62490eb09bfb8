using System.Diagnostics;
using System.Globalization;

namespace RawSse.Bench.Peers;

/// <summary>The Node server of the guide that RawSse began with (seed-node/), as one of several nodes on a Redis.</summary>
internal sealed class SeedNode(string redisUrl, string channel) : Peer
{
    private static readonly NodeProgram s_program = new("seed-node", "ioredis");

    public override string Name => "seed-node";

    // The guide starts the fan-out of each channel when the node starts, on a Redis connection of its own.
    public override bool HasChannels => false;

    public override bool HasReplay => true;

    public override string? Missing => s_program.Missing;

    public override string StreamPath(string name) => $"/events/{name}";

    public override string PublishPath(string name) => $"/events/{name}?type=update";

    /// <summary>Fetches what it needs (ioredis), once.</summary>
    public static void Install() => s_program.Install();

    protected override ProcessStartInfo Command(int port, int connections) => Start(port, redisUrl, channel);

    /// <summary>How a node is started whose Redis is already there.</summary>
    public static ProcessStartInfo Start(int port, string redisUrl, string channel)
    {
        ProcessStartInfo start = s_program.Start("server.mjs", port.ToString(CultureInfo.InvariantCulture), channel);
        start.Environment["REDIS_URL"] = redisUrl;
        return start;
    }
}
