using RawSse.Protocol.Ids;
using RawSse.Protocol.Resp;
using RawSse.Server.Shards;
using RawSse.Server.Stores.Embedded;

namespace RawSse.Server.Stores.Redis;

/// <summary>What a Redis store is told. Immutable; the stores of a node share one.</summary>
internal sealed record RedisStoreOptions
{
    /// <summary>An idempotency key is remembered for so long (contract §2).</summary>
    private const long KeyMs = 5 * 60 * 1000;

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

    public bool HasPatternFor(ChannelName channel)
    {
        foreach (GlobPattern pattern in Patterns)
        {
            if (pattern.IsMatch(channel.Bytes))
                return true;
        }
        return false;
    }

    /// <summary>The arguments that end every call of publish.lua, in RESP.</summary>
    public byte[] WritePublishConstants()
    {
        var bytes = new ByteBuffer();
        RespWriter.WriteBulk(bytes, Retention.LengthMax);
        RespWriter.WriteBulk(bytes, (long)Retention.Ttl.TotalMilliseconds);
        RespWriter.WriteBulk(bytes, IsSharded ? "SPUBLISH"u8 : "PUBLISH"u8);
        RespWriter.WriteBulk(bytes, KeyMs);
        byte[] constants = bytes.Written.ToArray();
        bytes.Release();
        return constants;
    }
}
