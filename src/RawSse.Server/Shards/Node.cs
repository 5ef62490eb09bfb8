using RawSse.Server.Channels;

namespace RawSse.Server.Shards;

/// <summary>Bounds and times of a node, in the units that shards work with (ms and bytes; 0: off).</summary>
internal sealed record NodeLimits
{
    public required long HeartbeatMs { get; init; }
    public required long RetryMs { get; init; }
    public required long SendTimeoutMs { get; init; }
    public required long LifetimeMs { get; init; }
    public required long HeaderTimeoutMs { get; init; }
    public required long BodyTimeoutMs { get; init; }
    public required long IdleTimeoutMs { get; init; }
    public required int MaxHeaderBytes { get; init; }
    public required int MaxEventBytes { get; init; }
    public required int MaxChannels { get; init; }
    public required int MaxLag { get; init; }
}

/// <summary>What a listener may serve.</summary>
/// <param name="IsAdmin">the admin listener: metrics, channels and health only</param>
/// <param name="HasMetrics">serves /metrics and /channels</param>
/// <param name="HasConsole">serves the console page</param>
/// <param name="MayPublish">publishing needs no credentials here</param>
internal sealed record ListenerPolicy(bool IsAdmin, bool HasMetrics, bool HasConsole, bool MayPublish);

/// <summary>What the shards of a node share. Set up before they run; afterwards only what is marked changes.</summary>
internal sealed class Node
{
    public required NodeLimits Limits { get; init; }

    public required ListenerPolicy[] Listeners { get; init; }

    public required MemoryBudget Budget { get; init; }

    public required ConnectionLimits Connections { get; init; }

    public required TimeProvider Clock { get; init; }

    public required IAccess Access { get; init; }

    public required NodeLog Log { get; init; }

    public Feed.Feed[] Feeds { get; set; } = [];

    public Shard[] Shards { get; set; } = [];

    /// <summary>Whether every part of the store answers. Any thread.</summary>
    public bool IsStoreUp
    {
        get
        {
            foreach (Feed.Feed feed in Feeds)
            {
                if (!feed.Store.IsUp)
                    return false;
            }
            return true;
        }
    }

    /// <summary>Set once by the drain; any thread.</summary>
    public bool IsDraining
    {
        get => Volatile.Read(ref _isDraining);
        set => Volatile.Write(ref _isDraining, value);
    }

    /// <summary>Drain has begun to close streams: new ones are refused.</summary>
    public bool IsClosing
    {
        get => Volatile.Read(ref _isClosing);
        set => Volatile.Write(ref _isClosing, value);
    }

    private bool _isDraining;
    private bool _isClosing;

    /// <summary>The feed of the shard that a channel lives on.</summary>
    public Feed.Feed FeedOf(ReadOnlySpan<byte> channel)
    {
        if (Feeds.Length == 1)
            return Feeds[0];
        var hash = new HashCode();
        hash.AddBytes(channel);
        return Feeds[(int)((uint)hash.ToHashCode() % (uint)Feeds.Length)];
    }
}
