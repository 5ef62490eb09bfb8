using RawSse.Server.Stores.Embedded;

namespace RawSse.Server.Stores.Redis;

/// <summary>What a Redis store is told. Immutable; the stores of a node share one.</summary>
internal sealed record RedisStoreOptions
{
    public required RedisSettings Settings { get; init; }

    public required RedisKeys Keys { get; init; }

    /// <summary>What our script keeps: a stream's length and its expiry. Its bytes are not bounded in Redis.</summary>
    public required Retention Retention { get; init; }

    /// <summary>Bytes of the largest frame that a stored entry may make.</summary>
    public required int MaxEventBytes { get; init; }

    /// <summary>A publish is confirmed only once so many replicas have it.</summary>
    public int PublishReplicas { get; init; }

    /// <summary>SPUBLISH and SSUBSCRIBE instead of PUBLISH and SUBSCRIBE.</summary>
    public bool IsSharded { get; init; }

    /// <summary>Channels whose names match one of these are not subscribed by themselves: there is one PSUBSCRIBE for each.</summary>
    public IReadOnlyList<GlobPattern> Patterns { get; init; } = [];
}
