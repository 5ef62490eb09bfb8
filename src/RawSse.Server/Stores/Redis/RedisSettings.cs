namespace RawSse.Server.Stores.Redis;

/// <summary>How the servers of a deployment belong together.</summary>
internal enum RedisTopology : byte
{
    /// <summary>One server.</summary>
    Standalone,
    /// <summary>One master, which sentinels name.</summary>
    Sentinel,
    /// <summary>Several masters, each with a part of the slots.</summary>
    Cluster,
}

/// <summary>What a Redis URL says (<see cref="RedisUrl"/>). Immutable; its text leaves the passwords out.</summary>
internal sealed record RedisSettings
{
    public RedisTopology Topology { get; init; }

    /// <summary>The server; or sentinels; or nodes of the cluster, of which one that answers is enough. At least one.</summary>
    public required IReadOnlyList<RedisEndpoint> Endpoints { get; init; }

    /// <summary>What the sentinels call the master; null without sentinels.</summary>
    public string? MasterName { get; init; }

    /// <summary>The ACL user; null: the default user.</summary>
    public string? User { get; init; }

    /// <summary>Null: none is sent.</summary>
    public string? Password { get; init; }

    /// <summary>The sentinels' own user; null: their default user.</summary>
    public string? SentinelUser { get; init; }

    /// <summary>The sentinels' own password; null: none is sent to them.</summary>
    public string? SentinelPassword { get; init; }

    /// <summary>The number of the database, always 0 in a cluster.</summary>
    public int Database { get; init; }

    public bool UseTls { get; init; }

    /// <summary>PEM file of the authorities that are trusted; null: those of this machine.</summary>
    public string? CaFile { get; init; }

    public override string ToString() => $"{Topology} {string.Join(',', Endpoints)}";
}
