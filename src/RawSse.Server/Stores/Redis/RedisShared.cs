using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>The shard that a channel lives on. Any thread.</summary>
internal delegate int HomeOf(ReadOnlySpan<byte> channel);

/// <summary>What the stores of a node share. Filled before the shards run; any thread afterwards.</summary>
/// <param name="shards">number of shards</param>
internal sealed class RedisShared(int shards, HomeOf homeOf, TimeProvider clock, NodeLog log)
{
    /// <summary>By shard; each store enters itself.</summary>
    public RedisStore?[] Stores { get; } = new RedisStore?[shards];

    public HomeOf HomeOf { get; } = homeOf;

    public TimeProvider Clock { get; } = clock;

    public RedisNotes Notes { get; } = new(clock, log);
}
