namespace RawSse.Server.Stores.Redis;

/// <summary>One master that holds everything; which server that is may change.</summary>
internal sealed class SingleServer : RedisServers
{
    private readonly RedisServer[] _all;

    public SingleServer(RedisStore store)
    {
        RedisSettings settings = store.Options.Settings;
        IMasterLocator locator = settings.Topology == RedisTopology.Sentinel
            ? new SentinelMaster(settings, store.Clock)
            : new FixedMaster(settings.Endpoints[0]);
        _all = [new RedisServer(store, locator, endpoint: null)];
    }

    public override IReadOnlyList<RedisServer> All => _all;

    public override bool IsUp => _all[0].IsUp;

    public override int SlotOf(ReadOnlySpan<byte> channel) => 0;

    public override RedisServer? Of(int slot) => _all[0];

    public override RedisServer? At(RedisEndpoint endpoint) => null;

    public override void OnMoved(int slot, RedisEndpoint owner)
    {
    }
}
