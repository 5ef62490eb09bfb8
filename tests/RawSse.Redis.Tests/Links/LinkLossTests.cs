using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>How a link loses its connection, tells of it, and comes back.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LinkLossTests
{
    private RedisServerProcess _redis = null!;
    private LinkShard _shard = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _redis = await RedisServerProcess.StartAsync();
        _shard = new LinkShard();
    }

    [TearDown]
    public async Task EndAsync()
    {
        _shard.Dispose();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task A_killed_server_costs_what_was_pending_in_order_and_comes_back_as_another()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        string runId = owner.Link.Info!.RunId;
        TestCommand[] pending = await _shard.AskAsync(() => new[]
        {
            owner.SendNow("PING"), owner.SendNow("BLPOP", "none", "0"), owner.SendNow("ECHO", "1"), owner.SendNow("ECHO", "2"),
        });
        Assert.That(await pending[0].Done.WaitAsync(Patience.Limit), Is.EqualTo("PONG"));
        await _redis.KillAsync();
        await owner.LostAsync();
        await _shard.UntilAsync(() => owner.Link.LastProblem == $"{_redis.Endpoint}: connection refused", "attempts that fail");
        await _redis.RestartAsync();
        await owner.OpenedAsync(2);
        Assert.That(owner.Link.Info!.RunId, Is.Not.EqualTo(runId).And.Length.EqualTo(runId.Length));
        Assert.That(owner.Story[..4], Is.EqualTo(new[] { "opened", "lost BLPOP none 0", "lost ECHO 1", "lost ECHO 2" }));
        Assert.That(owner.Story[4], Does.StartWith("lost: it "));
        Assert.That(owner.Story[5..], Is.EqualTo(new[] { "opened" }));
        Assert.That(await owner.AskAsync("ECHO", "again"), Is.EqualTo("again"));
    }

    [Test]
    public async Task A_server_that_hangs_is_found_and_left([Values] bool isSubscribing)
    {
        LinkOwner owner = _shard.Open(_redis.Url, isSubscribing ? RedisLinkKind.Subscriptions : RedisLinkKind.Commands);
        await owner.OpenedAsync();
        _redis.Stop();
        await owner.LostAsync();
        Assert.That(owner.Story[1], Is.EqualTo("lost: no answer for 3000 ms"));
        _redis.Continue();
        await owner.OpenedAsync(2);
    }

    [Test]
    public async Task A_command_that_is_pending_when_the_server_hangs_is_lost()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        _redis.Stop();
        Assert.That(await owner.AskAsync("SET", "a", "b"), Is.EqualTo("lost"));
        _redis.Continue();
        await owner.OpenedAsync(2);
        Assert.That(await owner.AskAsync("PING"), Is.EqualTo("PONG"));
    }

    [TestCase("normal", false)]
    [TestCase("pubsub", true)]
    public async Task A_killed_client_connects_anew(string type, bool isSubscribing)
    {
        LinkOwner owner = _shard.Open(_redis.Url, isSubscribing ? RedisLinkKind.Subscriptions : RedisLinkKind.Commands);
        for (int times = 1; times <= 3; times++)
        {
            await owner.OpenedAsync(times);
            if (isSubscribing)
            {
                await _shard.DoAsync(owner.Pushes.Clear);
                await owner.WriteAsync("SUBSCRIBE", "news");
                await owner.PushedAsync("subscribe news 1");
            }

            await _redis.AskAsync("CLIENT", "KILL", "TYPE", type);
            await owner.LostAsync(times);
        }

        await owner.OpenedAsync(4);
    }

    [Test]
    public async Task Breaking_calls_back_before_it_returns_and_what_was_received_is_not_handed_over()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        TestCommand[] commands = await _shard.AskAsync(() =>
        {
            var first = new TestCommand("ECHO", "1")
            {
                WhenReplied = link =>
                {
                    link.Break("enough");
                    owner.Story.Add("broken");
                },
            };
            owner.Link.Send(first);
            return new[] { first, owner.SendNow("ECHO", "2"), owner.SendNow("ECHO", "3") };
        });
        string[] replies = await Task.WhenAll(commands.Select(command => command.Done)).WaitAsync(Patience.Limit);
        Assert.That(replies, Is.EqualTo(new[] { "1", "lost", "lost" }));
        await owner.OpenedAsync(2);
        Assert.That(owner.Story, Is.EqualTo(new[] { "opened", "lost ECHO 2", "lost ECHO 3", "lost: enough", "broken", "opened" }));
    }

    [Test]
    public async Task What_was_not_flushed_when_the_link_broke_is_never_sent()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        TestCommand command = await _shard.AskAsync(() =>
        {
            TestCommand incr = owner.SendNow("INCR", "times");
            owner.Link.Break("enough");
            return incr;
        });
        Assert.That(await command.Done.WaitAsync(Patience.Limit), Is.EqualTo("lost"));
        await owner.OpenedAsync(2);
        Assert.That(await owner.AskAsync("EXISTS", "times"), Is.EqualTo("0"));
    }

    [Test]
    public async Task Breaking_in_the_midst_of_an_array_loses_its_command()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        await _redis.AskAsync("RPUSH", "list", "1", "2", "3");
        List<string> elements = [];
        var range = new TestCommand("LRANGE", "list", "0", "-1")
        {
            Story = owner.Story,
            WhenElement = element =>
            {
                elements.Add(element);
                if (element == "2") owner.Link.Break("enough");
            },
        };
        await _shard.DoAsync(() => owner.Link.Send(range));
        Assert.That(await range.Done.WaitAsync(Patience.Limit), Is.EqualTo("lost"));
        await owner.OpenedAsync(2);
        Assert.That(elements, Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task After_its_disposal_nothing_is_called([Values("reply", "command lost", "owner lost", "turn")] string when)
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        await _shard.DoAsync(() =>
        {
            bool isAtReply = when == "reply";
            owner.Link.Send(new TestCommand("PING") { WhenReplied = link => (isAtReply ? link.Dispose : (Action)(() => { }))() });
            owner.SendNow("ECHO", "1");
            owner.SendNow("BLPOP", "none", "0");
        });
        if (when == "turn") await _shard.DoAsync(owner.Link.Dispose);
        if (when == "owner lost") await _shard.DoAsync(() => owner.WhenLost = owner.Link.Dispose);
        if (when == "command lost") await _shard.DoAsync(() => owner.Link.Send(new DisposingCommand(owner.Link)));
        await _redis.AskAsync("CLIENT", "KILL", "TYPE", "normal");
        await owner.Link.Ended.WaitAsync(Patience.Limit);
        string[] story = await _shard.AskAsync(() => owner.Story.ToArray());
        Assert.That(story, Is.EqualTo(when switch
        {
            "command lost" => ["opened", "lost BLPOP none 0"],
            "owner lost" => ["opened", "lost BLPOP none 0", "lost: it closed the connection"],
            _ => new[] { "opened" },
        }));
        Assert.That(owner.Link.IsOpen, Is.False);
    }

    [Test]
    public async Task A_link_that_never_opened_ends_when_it_is_disposed()
    {
        await _redis.KillAsync();
        LinkOwner owner = _shard.Open(_redis.Url);
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "an attempt");
        await _shard.DoAsync(owner.Link.Dispose);
        await owner.Link.Ended.WaitAsync(Patience.Limit);
        Assert.That(owner.Story, Is.Empty);
    }

    [Test]
    public async Task A_server_that_loads_its_data_is_waited_for()
    {
        using (RespClient client = await _redis.ConnectAsync())
        {
            for (int i = 0; i < 300; i++) await client.AskAsync("SET", $"key{i}", new string('x', 500));
            await client.AskAsync("SAVE");
        }

        await _redis.KillAsync();
        LinkOwner owner = _shard.Open(_redis.Url);
        Task loading = _redis.RestartAsync("--key-load-delay", "5000", "--loading-process-events-interval-bytes", "1024");
        await _shard.UntilAsync(() => owner.Link.LastProblem?.Contains(": LOADING", StringComparison.Ordinal) ?? false, "LOADING");
        Assert.That(owner.Story, Is.Empty);
        await loading;
        await owner.OpenedAsync();
    }

    [Test]
    public async Task A_name_that_has_no_address_is_a_problem()
    {
        LinkOwner owner = _shard.Open("redis://nowhere.invalid:6379");
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Does.StartWith("nowhere.invalid:6379: ").And.Not.Contain("\n"));
    }

    private sealed class DisposingCommand : RedisCommand
    {
        private readonly RedisLink _link;

        public DisposingCommand(RedisLink link)
        {
            _link = link;
            Request.Write("*1\r\n$4\r\nPING\r\n"u8);
        }

        public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply) => Assert.Fail("it waits behind a command that blocks");

        public override void OnLost() => _link.Dispose();
    }
}
