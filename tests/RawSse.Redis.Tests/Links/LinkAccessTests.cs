using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>Getting in: users, passwords, databases, old protocols, and what an ACL may forbid.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LinkAccessTests
{
    private static readonly string[] s_withoutHello = ["--rename-command", "HELLO", ""];

    private LinkShard _shard = null!;

    [SetUp]
    public void Start() => _shard = new LinkShard();

    [TearDown]
    public void End() => _shard.Dispose();

    [Test]
    public async Task The_default_users_password_lets_in([Values] bool hasHello)
    {
        await using RedisServerProcess redis = await StartAsync(hasHello);
        await redis.AskAsync("CONFIG", "SET", "requirepass", "p@ss/word");
        LinkOwner owner = _shard.Open($"redis://:p%40ss%2Fword@{redis.Endpoint}");
        await owner.OpenedAsync();
        Assert.That(await owner.AskAsync("ACL", "WHOAMI"), Is.EqualTo("default"));
        Assert.That(owner.Link.Info!.Protocol, Is.EqualTo(hasHello ? 3 : 2));
    }

    [Test]
    public async Task An_acl_user_gets_in_with_no_more_rights_than_it_needs([Values] bool hasHello)
    {
        await using RedisServerProcess redis = await StartAsync(hasHello);
        await redis.AskAsync("ACL", "SETUSER", "rawsse", "on", ">secret", "~sse:*", "&sse:*", "-@all", "+xadd");
        await redis.AskAsync("ACL", "SETUSER", "default", "off");
        LinkOwner owner = _shard.Open($"redis://rawsse:secret@{redis.Endpoint}");
        await owner.OpenedAsync();
        Assert.That(await owner.AskAsync("XADD", "sse:news", "1-1", "data", "x"), Is.EqualTo("1-1"));
        Assert.That(owner.Link.Info, Is.EqualTo(new RedisServerInfo
        {
            Endpoint = new("127.0.0.1", redis.Port),
            Protocol = hasHello ? 3 : 2,
            Version = hasHello ? owner.Link.Info!.Version : new Version(0, 0),
        }));
    }

    [Test]
    public async Task A_user_that_may_not_ping_keeps_its_links([Values] bool isSubscribing, [Values] bool hasHello)
    {
        RedisLinkKind kind = isSubscribing ? RedisLinkKind.Subscriptions : RedisLinkKind.Commands;
        await using RedisServerProcess redis = await StartAsync(hasHello);
        await redis.AskAsync("ACL", "SETUSER", "rawsse", "on", ">secret", "~*", "&*", "+@all", "-ping");
        LinkOwner owner = _shard.Open($"redis://rawsse:secret@{redis.Endpoint}", kind);
        await owner.OpenedAsync();
        await Patience.UntilAsync(async () => await RejectedAsync(redis) >= 3, "PINGs that are refused");
        Assert.That(owner.Lost, Is.Zero);
        Assert.That(owner.Pushes, Is.Empty);
    }

    [TestCase("wrong:secret", "WRONGPASS")]
    [TestCase("rawsse:wrong", "WRONGPASS")]
    [TestCase("", "NOAUTH")]
    public async Task Whom_it_does_not_let_in_is_told_why_and_gets_in_when_that_is_mended(string user, string code)
    {
        await using RedisServerProcess redis = await StartAsync(hasHello: true);
        using RespClient admin = await redis.ConnectAsync();
        await admin.AskAsync("ACL", "SETUSER", "rawsse", "on", ">secret", "~*", "&*", "+@all");
        await admin.AskAsync("CONFIG", "SET", "requirepass", "other");
        LinkOwner owner = _shard.Open($"redis://{user}{(user.Length > 0 ? "@" : "")}{redis.Endpoint}");
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Does.StartWith($"{redis.Endpoint}: {code}"));
        Assert.That(owner.Story, Is.Empty);
        await admin.AskAsync("ACL", "SETUSER", "rawsse", ">wrong");
        await admin.AskAsync("ACL", "SETUSER", "wrong", "on", ">secret", "~*", "&*", "+@all");
        await admin.AskAsync("CONFIG", "SET", "requirepass", "");
        await owner.OpenedAsync();
    }

    [Test]
    public async Task The_old_protocol_says_why_it_does_not_let_in()
    {
        await using RedisServerProcess redis = await StartAsync(hasHello: false);
        await redis.AskAsync("CONFIG", "SET", "requirepass", "secret");
        LinkOwner without = _shard.Open(redis.Url);
        LinkOwner wrong = _shard.Open($"redis://:wrong@{redis.Endpoint}");
        await _shard.UntilAsync(() => without.Link.LastProblem is not null && wrong.Link.LastProblem is not null, "problems");
        Assert.That(without.Link.LastProblem, Does.Contain("NOAUTH").And.Contain("names no password"));
        Assert.That(wrong.Link.LastProblem, Does.Contain("WRONGPASS"));
    }

    [Test]
    public async Task The_database_is_selected([Values] bool hasHello)
    {
        await using RedisServerProcess redis = await StartAsync(hasHello);
        LinkOwner owner = _shard.Open($"{redis.Url}/3");
        await owner.OpenedAsync();
        Assert.That(await owner.AskAsync("SET", "key", "value"), Is.EqualTo("OK"));
        using RespClient client = await redis.ConnectAsync();
        Assert.That((await client.AskAsync("EXISTS", "key")).Number, Is.Zero);
        await client.AskAsync("SELECT", 3);
        Assert.That((await client.AskAsync("EXISTS", "key")).Number, Is.EqualTo(1));
    }

    [Test]
    public async Task A_database_that_is_not_there_is_a_problem()
    {
        await using RedisServerProcess redis = await StartAsync(hasHello: true);
        LinkOwner owner = _shard.Open($"{redis.Url}/99");
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Does.Contain("database 99: ERR DB index is out of range"));
    }

    [Test]
    public async Task Subscriptions_in_the_old_protocol_bring_everything_but_the_answers_to_pings()
    {
        await using RedisServerProcess redis = await StartAsync(hasHello: false);
        LinkOwner owner = _shard.Open(redis.Url, RedisLinkKind.Subscriptions);
        await owner.OpenedAsync();
        await owner.WriteAsync("SUBSCRIBE", "news");
        await owner.PushedAsync("subscribe news 1");
        await Patience.UntilAsync(
            async () => (await redis.InfoAsync("commandstats"))["cmdstat_ping"].Split('=', ',')[1] is not ("1" or "2" or "3"), "PINGs");
        await redis.AskAsync("PUBLISH", "news", "pong");
        await owner.PushedAsync("message news pong");
        Assert.That(owner.Pushes, Is.EqualTo(new[] { "subscribe news 1", "message news pong" }));
    }

    [Test]
    public async Task A_replica_is_not_taken_for_a_master_until_it_is_one([Values] bool mayRole)
    {
        await using RedisServerProcess master = await StartAsync(hasHello: true);
        await using RedisServerProcess replica = await master.StartReplicaAsync();
        await replica.AskAsync("ACL", "SETUSER", "default", mayRole ? "+role" : "-role");
        LinkOwner owner = _shard.Open(replica.Url);
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Is.EqualTo($"{replica.Endpoint}: it is no master but a replica"));
        await replica.AskAsync("REPLICAOF", "NO", "ONE");
        await owner.OpenedAsync();
    }

    [Test]
    public async Task An_address_of_ip_version_6_is_reached()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync("--bind", "127.0.0.1", "::1");
        LinkOwner owner = _shard.Open($"redis://[::1]:{redis.Port}");
        await owner.OpenedAsync();
        Assert.That(owner.Link.Info!.Endpoint.ToString(), Is.EqualTo($"[::1]:{redis.Port}"));
    }

    private static Task<RedisServerProcess> StartAsync(bool hasHello) =>
        RedisServerProcess.StartAsync(hasHello ? [] : s_withoutHello);

    private static async Task<long> RejectedAsync(RedisServerProcess redis) =>
        (await redis.InfoAsync("commandstats")).TryGetValue("cmdstat_ping", out string? stat)
            ? long.Parse(stat.Split("rejected_calls=")[1].Split(',')[0])
            : 0;
}
