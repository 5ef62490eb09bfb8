namespace RawSse.Server.Stores.Redis;

/// <summary>What a master said about itself when the connection was opened.</summary>
internal sealed record RedisServerInfo
{
    public required RedisEndpoint Endpoint { get; init; }

    /// <summary>Another one after each start; empty where INFO is forbidden.</summary>
    public string RunId { get; init; } = "";

    /// <summary>Names the history of its data, another one after a failover; empty where INFO is forbidden.</summary>
    public string ReplicationId { get; init; } = "";

    /// <summary>0.0 where neither HELLO nor INFO told.</summary>
    public Version Version { get; init; } = new(0, 0);

    /// <summary>RESP's version on this connection: 2 or 3.</summary>
    public int Protocol { get; init; } = 2;
}
