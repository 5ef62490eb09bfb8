using System.Globalization;
using RawSse.Bench.Redis;

namespace RawSse.Bench.Peers;

/// <summary>RawSse as <see cref="RawSsePeer"/> has it, with a Redis of its own for a store.</summary>
internal sealed class RawSseRedisPeer : Peer
{
    private static readonly RawSseNode s_node = new("");

    public override string Name => "rawsse-redis";

    public override bool HasChannels => true;

    public override string? Missing => RawSseProgram.Missing ?? RedisProcess.Missing;

    protected override string? ReadyRequest => RawSseProgram.ReadyWithStoreRequest;

    public override string StreamPath(string channel) => s_node.StreamPath(channel);

    public override string PublishPath(string channel) => s_node.PublishPath(channel);

    protected override Launch Prepare(int port, int? cpu, int connections)
    {
        var redis = new RedisProcess();
        string room = (connections + 200).ToString(CultureInfo.InvariantCulture);
        string[] options = ["--transport", "epoll", "--shards", "1", "--max-connections", room, "--redis", redis.Url];
        return new Launch(RawSseProgram.Start(port, options)) { Redis = redis };
    }
}
