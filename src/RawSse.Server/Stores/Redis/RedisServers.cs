namespace RawSse.Server.Stores.Redis;

/// <summary>The masters of a deployment, and which of them holds what. One of each shard, on its thread.</summary>
internal abstract class RedisServers : IDisposable
{
    /// <summary>Those that are used now.</summary>
    public abstract IReadOnlyList<RedisServer> All { get; }

    /// <summary>Publishes and reads can be answered, at least by a part.</summary>
    public abstract bool IsUp { get; }

    /// <summary>The slot of a channel's keys; 0 where there are none.</summary>
    public abstract int SlotOf(ReadOnlySpan<byte> channel);

    /// <summary>Who holds a slot; null while that is not known.</summary>
    public abstract RedisServer? Of(int slot);

    /// <summary>The server at an address, whether it holds anything yet or not.</summary>
    public abstract RedisServer? At(RedisEndpoint endpoint);

    /// <summary>A server said that a slot lives elsewhere.</summary>
    public abstract void OnMoved(int slot, RedisEndpoint owner);

    /// <summary>A server let a subscription go: its slot is elsewhere.</summary>
    public virtual void OnLetGo()
    {
    }

    public virtual void Tick()
    {
        for (int i = All.Count - 1; i >= 0; i--)
            All[i].Tick();
    }

    public virtual void Flush()
    {
        for (int i = All.Count - 1; i >= 0; i--)
            All[i].Flush();
    }

    public virtual void Dispose()
    {
        foreach (RedisServer server in All)
            server.Dispose();
    }
}
