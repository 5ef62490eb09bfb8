using System.Net;
using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>A link finds its master by the sentinels, and again after a failover.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class SentinelMasterTests
{
    private RedisServerProcess _master = null!;
    private RedisServerProcess _replica = null!;
    private SentinelSet _sentinels = null!;
    private LinkShard _shard = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _master = await RedisServerProcess.StartAsync();
        _replica = await _master.StartReplicaAsync();
        _sentinels = await SentinelSet.StartAsync(_master, replicas: 1);
        _shard = new LinkShard();
    }

    [TearDown]
    public async Task EndAsync()
    {
        _shard.Dispose();
        await _sentinels.DisposeAsync();
        await _replica.DisposeAsync();
        await _master.DisposeAsync();
    }

    [Test]
    public async Task A_failover_leads_to_the_new_master()
    {
        LinkOwner owner = _shard.Open(_sentinels.Url);
        await owner.OpenedAsync();
        Assert.That(owner.Link.Info!.Endpoint.Port, Is.EqualTo(_master.Port));
        string replicationId = owner.Link.Info.ReplicationId;
        await _master.KillAsync();
        await owner.OpenedAsync(2);
        Assert.That(owner.Link.Info.Endpoint.Port, Is.EqualTo(_replica.Port));
        Assert.That(owner.Link.Info.ReplicationId, Is.Not.EqualTo(replicationId));
        Assert.That(await owner.AskAsync("SET", "a", "b"), Is.EqualTo("OK"));
    }

    [Test]
    public async Task A_sentinel_that_is_gone_is_passed_over_and_others_are_learnt()
    {
        int nobody = FreePort.Take();
        RedisSettings settings = Settings($"redis+sentinel://127.0.0.1:{nobody},{_sentinels.Endpoints[0]}/{SentinelSet.MasterName}");
        var locator = new SentinelMaster(settings, TimeProvider.System);
        RedisEndpoint expected = new("127.0.0.1", _master.Port);
        Assert.That(await locator.LocateAsync(Patience.Token()), Is.EqualTo(expected));
        // The one of the URL lets nobody in any more; those it told of do.
        using (RespClient sentinel = await RespClient.ConnectAsync(_sentinels.Endpoints[0]))
            await sentinel.AskAsync("ACL", "SETUSER", "default", "resetpass", ">secret");
        Assert.That(await locator.LocateAsync(Patience.Token()), Is.EqualTo(expected));
    }

    [Test]
    public async Task Sentinels_have_credentials_of_their_own()
    {
        foreach (IPEndPoint endpoint in _sentinels.Endpoints)
        {
            using RespClient sentinel = await RespClient.ConnectAsync(endpoint);
            await sentinel.AskAsync("ACL", "SETUSER", "watcher", "on", ">s/cret", "+@all");
            await sentinel.AskAsync("ACL", "SETUSER", "default", "off");
        }

        LinkOwner without = _shard.Open(_sentinels.Url);
        LinkOwner with = _shard.Open(_sentinels.Url + "?sentinel-user=watcher&sentinel-password=s%2Fcret");
        await with.OpenedAsync();
        await _shard.UntilAsync(() => without.Link.LastProblem is not null, "a problem");
        Assert.That(without.Link.LastProblem, Does.StartWith("no sentinel names the master mymaster: 127.0.0.1:").And.Contain("NOAUTH"));
    }

    [Test]
    public async Task A_master_that_no_sentinel_knows_is_a_problem()
    {
        RedisSettings settings = Settings($"redis+sentinel://{_sentinels.Endpoints[0]},{_sentinels.Endpoints[1]}/other");
        var locator = new SentinelMaster(settings, TimeProvider.System);
        RedisLinkException problem =
            (await Assert.ThrowsAsync<RedisLinkException>(() => locator.LocateAsync(Patience.Token()).AsTask()))!;
        Assert.That(problem.Message, Is.EqualTo("no sentinel names the master other: " +
            $"{_sentinels.Endpoints[0]}: it does not know this master; {_sentinels.Endpoints[1]}: it does not know this master"));
    }

    private static RedisSettings Settings(string url)
    {
        Assert.That(RedisUrl.TryParse(url, out RedisSettings? settings, out string problem), Is.True, problem);
        return settings!;
    }
}
