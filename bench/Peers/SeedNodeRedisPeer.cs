using RawSse.Bench.Redis;
using RawSse.Bench.Scenarios;

namespace RawSse.Bench.Peers;

/// <summary>The guide's Node server on a Redis of its own. It has the one channel that scenarios share.</summary>
internal sealed class SeedNodeRedisPeer : Peer
{
    private static readonly SeedNode s_node = new("", Rig.HotChannel);

    public override string Name => "seed-node-redis";

    public override bool HasChannels => s_node.HasChannels;

    public override bool HasReplay => s_node.HasReplay;

    public override string? Missing => s_node.Missing ?? RedisProcess.Missing;

    public override string StreamPath(string channel) => s_node.StreamPath(channel);

    public override string PublishPath(string channel) => s_node.PublishPath(channel);

    protected override Launch Prepare(int port, int? cpu, int connections)
    {
        var redis = new RedisProcess();
        return new Launch(SeedNode.Start(port, redis.Url, Rig.HotChannel)) { Redis = redis };
    }
}
