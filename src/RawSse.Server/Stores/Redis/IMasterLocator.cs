namespace RawSse.Server.Stores.Redis;

/// <summary>Says where the master is to be found now. Called on the thread pool, by several links at once.</summary>
internal interface IMasterLocator
{
    /// <summary>A replica will do as well.</summary>
    bool TakesAnyRole => false;

    /// <summary>
    /// Asked before each attempt to connect. What it says is not trusted: the link checks that it is a master.
    /// </summary>
    /// <exception cref="RedisLinkException">nobody who could say answers, or they do not know the master</exception>
    ValueTask<RedisEndpoint> LocateAsync(CancellationToken cancellationToken);
}
