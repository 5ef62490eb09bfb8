using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Links;

/// <summary>TLS: whom a link trusts, and that everything goes through it.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LinkTlsTests
{
    private TestAuthority _authority = null!;
    private LinkShard _shard = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _authority = await TestAuthority.CreateAsync();
        _shard = new LinkShard();
    }

    [TearDown]
    public void End()
    {
        _shard.Dispose();
        _authority.Dispose();
    }

    [TestCase("127.0.0.1", "IP:127.0.0.1")]
    [TestCase("localhost", "DNS:localhost")]
    [TestCase("[::1]", "IP:::1")]
    public async Task A_server_of_the_authority_with_the_right_name_is_trusted(string host, string names)
    {
        (RedisServerProcess redis, int port) = await _authority.StartRedisAsync(names, "--bind", "127.0.0.1", "::1");
        await using RedisServerProcess server = redis;
        LinkOwner owner = _shard.Open($"rediss://{host}:{port}?ca={Uri.EscapeDataString(_authority.File)}");
        await owner.OpenedAsync();
        Assert.That(await owner.AskAsync("PING"), Is.EqualTo("PONG"));
    }

    [TestCase("localhost", "IP:127.0.0.1,DNS:other.example")]
    [TestCase("127.0.0.1", "IP:127.0.0.2,DNS:localhost")]
    public async Task A_server_with_another_name_is_refused(string host, string names)
    {
        (RedisServerProcess redis, int port) = await _authority.StartRedisAsync(names);
        await using RedisServerProcess server = redis;
        LinkOwner owner = _shard.Open($"rediss://{host}:{port}?ca={Uri.EscapeDataString(_authority.File)}");
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Does.StartWith($"{host}:{port}: ").And.Contain("RemoteCertificateNameMismatch"));
        Assert.That(owner.Story, Is.Empty);
    }

    [Test]
    public async Task A_server_of_another_authority_is_refused([Values] bool isSystems)
    {
        (RedisServerProcess redis, int port) = await _authority.StartRedisAsync("IP:127.0.0.1");
        await using RedisServerProcess server = redis;
        using TestAuthority other = await TestAuthority.CreateAsync();
        LinkOwner owner = _shard.Open($"rediss://127.0.0.1:{port}{(isSystems ? "" : "?ca=" + Uri.EscapeDataString(other.File))}");
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Does.Contain("RemoteCertificateChainErrors").Or.Contain("PartialChain").Or.Contain("UntrustedRoot"));
        Assert.That(owner.Story, Is.Empty);
    }

    [Test]
    public async Task A_server_that_speaks_no_tls_is_a_problem()
    {
        await using RedisServerProcess redis = await RedisServerProcess.StartAsync();
        LinkOwner owner = _shard.Open($"rediss://{redis.Endpoint}");
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Does.StartWith($"{redis.Endpoint}: ").And.Not.Contain("\n"));
    }

    [TestCase("none.pem", "cannot be read")]
    [TestCase("empty.pem", "has no certificate")]
    public async Task A_file_without_authorities_is_a_problem(string name, string problem)
    {
        (RedisServerProcess redis, int port) = await _authority.StartRedisAsync("IP:127.0.0.1");
        await using RedisServerProcess server = redis;
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory.File("empty.pem"), "");
        LinkOwner owner = _shard.Open($"rediss://127.0.0.1:{port}?ca={directory.File(name)}");
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Does.Contain($"the CA file {directory.File(name)} {problem}"));
    }

    [Test]
    public async Task Pipelines_large_values_and_losses_are_as_without_it()
    {
        (RedisServerProcess redis, int port) = await _authority.StartRedisAsync("IP:127.0.0.1");
        await using RedisServerProcess server = redis;
        LinkOwner owner = _shard.Open($"rediss://127.0.0.1:{port}?ca={_authority.File}");
        await owner.OpenedAsync();
        string large = new('x', 5 << 20);
        TestCommand[] commands = await _shard.AskAsync(() => Enumerable.Range(0, 3_000).Select(i => owner.SendNow("ECHO", $"{i}"))
            .Append(owner.SendNow("SET", "large", large)).Append(owner.SendNow("GET", "large")).ToArray());
        string[] replies = await Task.WhenAll(commands.Select(command => command.Done)).WaitAsync(Patience.Limit);
        Assert.That(replies, Is.EqualTo(Enumerable.Range(0, 3_000).Select(i => $"{i}").Append("OK").Append(large)));
        redis.Stop();
        Assert.That(await owner.AskAsync("SET", "large", large), Is.EqualTo("lost"));
        redis.Continue();
        await owner.OpenedAsync(2);
    }
}
