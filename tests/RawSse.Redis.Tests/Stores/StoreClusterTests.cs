using System.Text;
using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores;
using RawSse.Server.Stores.Redis;
using EventId = RawSse.Protocol.Ids.EventId;

namespace RawSse.Redis.Tests.Stores;

/// <summary>Over a cluster each channel lives with the master of its slot, and follows the slot.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[TestFixture(false)]
[TestFixture(true)]
internal sealed class StoreClusterTests(bool isSharded)
{
    private const int Channels = 30;

    private RedisCluster _cluster = null!;
    private TestNode _node = null!;

    private TestShard Shard => _node.Shard;

    private StoreClient Client => _node.Shard.Client;

    [TearDown]
    public async Task StopAsync()
    {
        _node?.Dispose();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task Channels_of_all_slots_are_published_to_announced_and_read()
    {
        await StartAsync();
        for (int i = 0; i < Channels; i++) Shard.Open($"c{i}");
        EventId[] ids = [.. Enumerable.Range(0, Channels).Select(i => Shard.Add($"c{i}", $"{i}"))];
        _node.Until(() => Client.Rung.Count == 2 * Channels, "each event's own doorbell and message");
        for (int i = 0; i < Channels; i++)
        {
            Assert.That(Client.Rung.Count(rung => rung == new Rung($"c{i}", ids[i], EventId.Zero, "", $"{i}")), Is.EqualTo(2));
            Assert.That(Shard.Read($"c{i}", EventId.Zero).Ids, Is.EqualTo(new[] { ids[i] }));
            Assert.That(Shard.Locate($"c{i}", StartPoint.Now).Newest, Is.EqualTo(ids[i]));
            Assert.That(Shard.Verify($"c{i}", ids[i]));
            Assert.That(Shard.Store.IsReachable(TestShard.Name($"c{i}")));
        }
        Assert.That(Shard.Append("c0", "x", key: "key").Status, Is.EqualTo(AppendStatus.Stored));
        Assert.That(Shard.Append("c0", "x", key: "key").Status, Is.EqualTo(AppendStatus.Repeated));
    }

    [Test]
    public async Task The_slot_of_a_channel_is_the_one_that_redis_computes()
    {
        await StartAsync();
        foreach (string name in new[] { "a", "news", "user:42", "größe", new string('x', 200) })
            Assert.That(ClusterMap.SlotOf(Encoding.UTF8.GetBytes(name)), Is.EqualTo(_node.Await(_cluster.SlotAsync($"sse:{{{name}}}"))));
    }

    [Test]
    public async Task A_slot_that_moves_takes_its_publishes_and_subscriptions_along()
    {
        await StartAsync();
        Shard.Open("news");
        Shard.Add("news", "0");
        Client.Rung.Clear();
        Client.Resumed.Clear();
        int slot = _node.Await(_cluster.SlotAsync("{news}"));
        RedisServerProcess from = _node.Await(_cluster.OwnerAsync(slot));
        RedisServerProcess to = _cluster.Masters.First(master => master != from);
        Task moving = _cluster.MoveAsync(slot, to);
        var requests = new List<object>();
        while (!moving.IsCompleted || requests.Count < 50)
        {
            requests.Add(Shard.BeginAppend("news", $"{requests.Count + 1}"));
            _node.Step();
        }
        _node.Await(moving);
        requests.Add(Shard.BeginAppend("news", $"{requests.Count + 1}"));
        Assert.That(requests.Select(request => Shard.Await<AppendResult>(request).Status), Is.All.EqualTo(AppendStatus.Stored));
        Assert.That(Client.Appended[1..], Is.EqualTo(requests).AsCollection, "answered in order");
        RespReply entries = _node.Await(_cluster.AskAsync("{news}", "XRANGE", "sse:{news}", "-", "+"));
        Assert.That(entries.Items!.Select(entry => entry[1][3].Text), Is.EqualTo(Enumerable.Range(0, requests.Count + 1).Select(i => $"{i}")));
        _node.Until(() => Client.Resumed.Count > 0, "the channel to be resumed");
        Assert.That(Client.Resumed, Is.All.EqualTo(new Resumed("news", true)));
        _node.Until(() => Subscribers(to) == 1 && Subscribers(from) == 0, "the new owner alone to be subscribed");
        AssertRings();
    }

    [Test]
    public async Task A_slot_that_moves_unseen_is_noticed_by_what_is_read()
    {
        await StartAsync();
        Shard.Open("news");
        EventId id = Shard.Add("news", "0");
        Client.Resumed.Clear();
        int slot = _node.Await(_cluster.SlotAsync("{news}"));
        RedisServerProcess from = _node.Await(_cluster.OwnerAsync(slot));
        _node.Await(_cluster.MoveAsync(slot, _cluster.Masters.First(master => master != from)));
        Assert.That(Shard.Read("news", EventId.Zero).Ids, Is.EqualTo(new[] { id }));
        _node.Until(() => Client.Resumed.Count > 0, "the channel to be resumed");
        AssertRings();
    }

    [Test]
    public async Task A_master_that_dies_takes_only_its_own_channels_away_until_its_replica_serves()
    {
        await StartAsync(withReplicas: true);
        for (int i = 0; i < Channels; i++) Shard.Open($"c{i}");
        Client.Resumed.Clear();
        RedisServerProcess dead = _cluster.Masters[1];
        _node.Await(dead.KillAsync());
        _node.Until(() => Enumerable.Range(0, Channels).Any(i => !IsReachable(i)), "some to be away");
        string[] away = [.. Enumerable.Range(0, Channels).Where(i => !IsReachable(i)).Select(i => $"c{i}")];
        Assert.That(away, Has.Length.InRange(1, Channels - 1));
        Assert.That(Shard.Store.IsUp);
        Assert.That(Shard.Append(away[0], "x").Status, Is.AnyOf(AppendStatus.Unavailable, AppendStatus.Unconfirmed));
        _node.Until(() => Enumerable.Range(0, Channels).All(IsReachable), "all to be back");
        _node.Until(() => Client.Resumed.Select(r => r.Channel).Distinct().Count() == away.Length, "those that were away to be resumed");
        Assert.That(Client.Resumed.Select(r => r.Channel).Distinct(), Is.EquivalentTo(away));
        Assert.That(Client.Resumed.Select(r => r.IsNewHistory), Is.All.True);
        _node.Until(() => Shard.Append(away[0], "x").Status == AppendStatus.Stored, "publishes to be taken");
        AssertRings(away[0]);
    }

    private async Task StartAsync(bool withReplicas = false)
    {
        _cluster = await RedisCluster.StartAsync(withReplicas);
        _node = new TestNode(_cluster.Url, configure: options => options with { IsSharded = isSharded });
        _node.Until(() => Enumerable.Range(0, Channels).All(IsReachable), "all slots to be up");
    }

    private bool IsReachable(int channel) => Shard.Store.IsReachable(TestShard.Name($"c{channel}"));

    private long Subscribers(RedisServerProcess master) =>
        _node.Await(master.AskAsync("PUBSUB", isSharded ? "SHARDNUMSUB" : "NUMSUB", "sse:channel:{news}"))[1].Number;

    private void AssertRings(string channel = "news")
    {
        EventId id = Shard.Add(channel, "last");
        _node.Until(() => Client.Rung.Count(rung => rung.Id == id) == 2, "its own doorbell and the message");
    }
}
