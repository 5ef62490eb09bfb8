using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>What a link does over a Redis that is well.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LinkCommandTests
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
    public async Task A_link_opens_and_says_whom_it_reached()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        RedisServerInfo info = owner.Link.Info!;
        Dictionary<string, string> server = await _redis.InfoAsync("server");
        Assert.Multiple(() =>
        {
            Assert.That(info.Endpoint, Is.EqualTo(new RedisEndpoint("127.0.0.1", _redis.Port)));
            Assert.That(info.RunId, Is.EqualTo(server["run_id"]));
            Assert.That(info.ReplicationId, Has.Length.EqualTo(40));
            Assert.That(info.Version, Is.EqualTo(Version.Parse(server["redis_version"])));
            Assert.That(info.Protocol, Is.EqualTo(3));
            Assert.That(owner.Link.LastProblem, Is.Null);
        });
        Assert.That(await owner.AskAsync("CLIENT", "GETNAME"), Is.EqualTo("rawsse"));
    }

    [Test]
    public async Task Ten_thousand_commands_of_one_turn_are_answered_in_their_order()
    {
        const int Count = 10_000;
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        List<int> order = [];
        TestCommand[] commands = await _shard.AskAsync(() =>
        {
            TestCommand[] all = [.. Enumerable.Range(0, Count).Select(i => new TestCommand("ECHO", $"{i}") { WhenReplied = _ => order.Add(i) })];
            foreach (TestCommand command in all) owner.Link.Send(command);
            Assert.That(owner.Link.Pending, Is.EqualTo(Count));
            return all;
        });
        string[] replies = await Task.WhenAll(commands.Select(command => command.Done)).WaitAsync(Patience.Limit);
        Assert.That(replies, Is.EqualTo(Enumerable.Range(0, Count).Select(i => $"{i}")));
        Assert.That(order, Is.Ordered.And.Count.EqualTo(Count));
        Assert.That(await _shard.AskAsync(() => owner.Link.Pending), Is.Zero);
    }

    [Test]
    public async Task A_command_may_be_sent_again_from_its_own_reply()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        int times = 0;
        TestCommand command = null!;
        command = new TestCommand("INCR", "times")
        {
            WhenReplied = link =>
            {
                if (++times < 3) link.Send(command);
            },
        };
        await _shard.DoAsync(() => owner.Link.Send(command));
        await _shard.UntilAsync(() => times == 3, "three replies");
        Assert.That((await _redis.AskAsync("GET", "times")).Text, Is.EqualTo("3"));
    }

    [Test]
    public async Task A_reply_of_many_megabytes_comes_whole()
    {
        const int Bytes = 20 << 20;
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        Assert.That(await owner.AskAsync("SETRANGE", "large", $"{Bytes - 1}", "x"), Is.EqualTo($"{Bytes}"));
        string text = await owner.AskAsync("GET", "large");
        Assert.That(text, Has.Length.EqualTo(Bytes).And.EndsWith("\0x"));
        Assert.That(await owner.AskAsync("PING"), Is.EqualTo("PONG"));
    }

    [Test]
    public async Task A_request_of_many_megabytes_is_taken()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        string large = new('x', 20 << 20);
        Assert.That(await owner.AskAsync("SET", "large", large), Is.EqualTo("OK"));
        Assert.That(await owner.AskAsync("STRLEN", "large"), Is.EqualTo($"{large.Length}"));
    }

    [Test]
    public async Task A_long_array_is_taken_by_elements_and_what_follows_it_is_whole()
    {
        const int Entries = 5_000;
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        string data = new('d', 1_000);
        await _shard.AskAsync(() => Enumerable.Range(1, Entries).Select(i => owner.SendNow("XADD", "s", $"{i}-0", "data", data)).ToArray());
        List<string> elements = [];
        (TestCommand page, TestCommand after) = await _shard.AskAsync(() =>
        {
            var range = new TestCommand("XRANGE", "s", "-", "+") { WhenElement = elements.Add };
            owner.Link.Send(range);
            return (range, owner.SendNow("PING"));
        });
        Assert.That(await page.Done.WaitAsync(Patience.Limit), Is.Empty);
        Assert.That(await after.Done.WaitAsync(Patience.Limit), Is.EqualTo("PONG"));
        Assert.That(elements, Is.EqualTo(Enumerable.Range(1, Entries).Select(i => $"{i}-0 data {data}")));
    }

    [TestCase("XRANGE", "none", "-", "+", ExpectedResult = "")]
    [TestCase("GET", "none", ExpectedResult = "")]
    [TestCase("ECHO", "no array", ExpectedResult = "no array")]
    [TestCase("XRANGE", "none", ExpectedResult = "-ERR wrong number of arguments for 'xrange' command")]
    public async Task<string> What_is_no_array_or_has_no_elements_is_a_reply(params string[] words)
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        List<string> elements = [];
        var command = new TestCommand(words) { WhenElement = elements.Add };
        await _shard.DoAsync(() => owner.Link.Send(command));
        string reply = await command.Done.WaitAsync(Patience.Limit);
        Assert.That(elements, Is.Empty);
        return reply;
    }

    [Test]
    public async Task Subscriptions_bring_everything_but_the_answers_to_the_links_own_pings()
    {
        LinkOwner owner = _shard.Open(_redis.Url, RedisLinkKind.Subscriptions);
        await owner.OpenedAsync();
        await owner.WriteAsync("SUBSCRIBE", "news", "sport");
        await owner.PushedAsync("subscribe sport 2");
        // Long enough for a sign of life: what was silent answers a PING.
        long pings = await PingsAsync();
        await Patience.UntilAsync(async () => await PingsAsync() > pings, "a PING");
        await _redis.AskAsync("PUBLISH", "news", "hello");
        await owner.PushedAsync("message news hello");
        Assert.That(owner.Pushes, Is.EqualTo(new[] { "subscribe news 1", "subscribe sport 2", "message news hello" }));
        Assert.That(owner.Lost, Is.Zero);
    }

    [Test]
    public async Task A_silent_link_for_commands_asks_for_a_sign_of_life()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await owner.OpenedAsync();
        long pings = await PingsAsync();
        await Patience.UntilAsync(async () => await PingsAsync() > pings + 1, "two PINGs");
        await _shard.UntilAsync(() => owner.Link.Pending == 0, "their answers");
        Assert.That(owner.Lost, Is.Zero);
    }

    private async Task<long> PingsAsync()
    {
        Dictionary<string, string> commands = await _redis.InfoAsync("commandstats");
        return commands.TryGetValue("cmdstat_ping", out string? stat) ? long.Parse(stat.Split('=', ',')[1]) : 0;
    }
}
