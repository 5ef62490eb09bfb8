using RawSse.Server.Shards;
using RawSse.Server.Stores.Redis;

namespace RawSse.Bench.Redis;

/// <summary>The script that nodes publish with, for others to be measured with it.</summary>
internal static class PublishScript
{
    /// <summary>What a node with its defaults gives it behind type, data and Pub/Sub channel.</summary>
    public static IReadOnlyList<string> Constants { get; } = ["10000", "86400000", "PUBLISH", "300000"];

    /// <summary>Makes Redis know it, and returns its digest.</summary>
    public static string Load(int redisPort)
    {
        var command = new ByteBuffer();
        RedisScript.Publish.WriteLoad(command);
        using var wire = new RedisWire(redisPort);
        return wire.Ask(command.Written).Split("\r\n")[1];
    }
}
