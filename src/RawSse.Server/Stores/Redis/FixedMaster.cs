namespace RawSse.Server.Stores.Redis;

/// <summary>A master that does not move.</summary>
internal sealed class FixedMaster(RedisEndpoint endpoint) : IMasterLocator
{
    public ValueTask<RedisEndpoint> LocateAsync(CancellationToken cancellationToken) => ValueTask.FromResult(endpoint);
}
