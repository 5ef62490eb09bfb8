namespace RawSse.Server.Stores.Redis;

/// <summary>Told of what becomes of a link, on the shard's thread. Spans are valid during the call.</summary>
internal interface IRedisLinkOwner
{
    /// <summary>Connected to a master that let us in: <see cref="RedisLink.Info"/> says which. Commands can be sent.</summary>
    void OnOpened(RedisLink link);

    /// <summary>
    /// The connection is gone, and every command that was pending has been told so. The link connects anew by itself.
    /// </summary>
    void OnLost(RedisLink link, string reason);

    /// <summary>
    /// A value that answers no command. For subscriptions every value but the answers to the link's own PING: in RESP3 pushes,
    /// in RESP2 arrays, and errors. For commands RESP3's pushes.
    /// </summary>
    void OnPush(RedisLink link, ReadOnlySpan<byte> value);
}
