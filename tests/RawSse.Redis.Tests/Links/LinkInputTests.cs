using System.Net.Sockets;
using System.Text;
using RawSse.Redis.Tests.Support;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>Whatever comes, and however it is torn, a link hands over whole values in order or breaks.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LinkInputTests
{
    private FakeRedis _redis = null!;
    private LinkShard _shard = null!;

    [SetUp]
    public void Start()
    {
        _redis = new FakeRedis();
        _shard = new LinkShard();
    }

    [TearDown]
    public void End()
    {
        _shard.Dispose();
        _redis.Dispose();
    }

    [Test]
    public async Task Values_of_all_lengths_come_whole_however_they_are_torn()
    {
        var random = new Random(Seed.Take());
        (LinkOwner owner, Socket socket) = await OpenAsync(RedisLinkKind.Subscriptions);
        string[] texts = [.. Enumerable.Range(0, 400).Select(_ => Text(random))];
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(texts.Select(text => $"*2\r\n$7\r\nmessage\r\n${text.Length}\r\n{text}\r\n")));
        await SendTornAsync(socket, bytes, random);
        await _shard.UntilAsync(() => owner.Pushes.Count >= texts.Length, "all values");
        Assert.That(owner.Pushes, Is.EqualTo(texts.Select(text => text.Length == 0 ? "message " : "message " + text)));
    }

    [Test]
    public async Task Elements_come_whole_however_they_are_torn()
    {
        var random = new Random(Seed.Take());
        (LinkOwner owner, Socket socket) = await OpenAsync(RedisLinkKind.Commands);
        for (int round = 0; round < 20; round++)
        {
            List<string> elements = [];
            string[] texts = [.. Enumerable.Range(0, random.Next(0, 40)).Select(_ => Text(random))];
            (TestCommand page, TestCommand after) = await _shard.AskAsync(() =>
            {
                var command = new TestCommand("XRANGE") { WhenElement = elements.Add };
                owner.Link.Send(command);
                return (command, owner.SendNow("ECHO"));
            });
            string reply = string.Concat(texts.Select(text => $"*1\r\n${text.Length}\r\n{text}\r\n"));
            await SendTornAsync(socket, Encoding.ASCII.GetBytes($"*{texts.Length}\r\n{reply}*1\r\n$5\r\nafter\r\n"), random);
            Assert.That(await page.Done.WaitAsync(Patience.Limit), Is.Empty);
            Assert.That(await after.Done.WaitAsync(Patience.Limit), Is.EqualTo("after"));
            Assert.That(elements, Is.EqualTo(texts));
        }
    }

    [Test]
    public async Task What_comes_while_the_shard_is_busy_waits_for_it()
    {
        // More than the sockets and the pipe hold.
        const int Count = 40_000;
        string text = new('x', 1_000);
        (LinkOwner owner, Socket socket) = await OpenAsync(RedisLinkKind.Subscriptions);
        using var busy = new ManualResetEventSlim();
        Task turn = _shard.DoAsync(() => busy.Wait(Patience.Limit));
        Task sending = FakeRedis.SendAsync(socket, string.Concat(Enumerable.Range(0, Count).Select(i => $"*2\r\n:{i}\r\n+{text}\r\n")));
        Assert.That(sending.IsCompleted, Is.False);
        busy.Set();
        await turn;
        await sending;
        await _shard.UntilAsync(() => owner.Pushes.Count == Count, "all values");
        Assert.That(owner.Pushes, Is.EqualTo(Enumerable.Range(0, Count).Select(i => $"{i} {text}")));
        Assert.That(owner.Lost, Is.Zero);
    }

    [TestCase("hello", "it sent what is not RESP")]
    [TestCase("*1\r\n$3\r\nabcd\r\n", "it sent what is not RESP")]
    [TestCase("$67108865\r\n", "it sent a value beyond the bound")]
    [TestCase("*2147483647\r\n", "it sent a value beyond the bound")]
    [TestCase("+OK\r\n", "it sent what was not asked for: +OK")]
    [TestCase("-ERR go\taway\r\n", "it sent what was not asked for: -ERR go away")]
    public async Task What_cannot_be_used_breaks_the_link(string bytes, string reason)
    {
        (LinkOwner owner, Socket socket) = await OpenAsync(RedisLinkKind.Commands);
        await FakeRedis.SendAsync(socket, bytes);
        await owner.LostAsync();
        Assert.That(owner.Story, Is.EqualTo(new[] { "opened", "lost: " + reason }));
        await _redis.AcceptAsync();
        await owner.OpenedAsync(2);
    }

    [Test]
    public async Task What_came_before_the_end_is_handed_over()
    {
        (LinkOwner owner, Socket socket) = await OpenAsync(RedisLinkKind.Commands);
        TestCommand[] commands = await _shard.AskAsync(() => new[] { owner.SendNow("ECHO", "1"), owner.SendNow("ECHO", "2") });
        await FakeRedis.SendAsync(socket, "+1\r\n+tor");
        socket.Shutdown(SocketShutdown.Both);
        Assert.That(await commands[0].Done.WaitAsync(Patience.Limit), Is.EqualTo("1"));
        Assert.That(await commands[1].Done.WaitAsync(Patience.Limit), Is.EqualTo("lost"));
        await owner.LostAsync();
        Assert.That(owner.Story, Is.EqualTo(new[] { "opened", "lost ECHO 2", "lost: it closed the connection" }));
    }

    [Test]
    public async Task Pushes_between_replies_go_to_the_owner()
    {
        (LinkOwner owner, Socket socket) = await OpenAsync(RedisLinkKind.Commands);
        TestCommand[] commands = await _shard.AskAsync(() => new[] { owner.SendNow("ECHO", "1"), owner.SendNow("ECHO", "2") });
        await FakeRedis.SendAsync(socket, ">1\r\n+a\r\n+1\r\n>1\r\n+b\r\n+2\r\n");
        Assert.That(await commands[1].Done.WaitAsync(Patience.Limit), Is.EqualTo("2"));
        Assert.That(owner.Pushes, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task A_server_that_takes_nothing_does_not_stop_the_shard_and_is_left()
    {
        (LinkOwner owner, Socket _) = await OpenAsync(RedisLinkKind.Commands);
        string large = new('x', 4 << 20);
        int turns = 0;
        await _shard.UntilAsync(() =>
        {
            turns++;
            if (owner.Lost == 0) owner.SendNow("ECHO", large);
            return owner.Lost > 0;
        }, "the bound");
        Assert.That(turns, Is.GreaterThanOrEqualTo(RedisLink.UnsentBytesMax / large.Length));
        Assert.That(owner.Story[^1], Is.EqualTo("lost: it does not take what is sent: over 64 MiB wait"));
        Assert.That(owner.Story.Count(line => line.StartsWith("lost ECHO", StringComparison.Ordinal)), Is.EqualTo(turns - 1));
    }

    [Test]
    public async Task A_server_that_says_nothing_from_the_first_is_a_problem_until_it_speaks()
    {
        LinkOwner owner = _shard.Open(_redis.Url);
        await _redis.AcceptSilentlyAsync();
        await _shard.UntilAsync(() => owner.Link.LastProblem is not null, "a problem");
        Assert.That(owner.Link.LastProblem, Does.EndWith(": it connects but does not answer within 3000 ms"));
        await _redis.AcceptAsync();
        await owner.OpenedAsync();
    }

    private async Task<(LinkOwner Owner, Socket Socket)> OpenAsync(RedisLinkKind kind)
    {
        LinkOwner owner = _shard.Open(_redis.Url, kind);
        Socket socket = await _redis.AcceptAsync();
        await owner.OpenedAsync();
        return (owner, socket);
    }

    /// <summary>Mostly short, some longer than a segment of the pipe, a few longer than the pipe lets wait.</summary>
    private static string Text(Random random) => new('x', random.Next(50) switch
    {
        0 => random.Next(2 << 20),
        < 5 => random.Next(200_000),
        < 15 => random.Next(5_000),
        _ => random.Next(20),
    });

    private static async Task SendTornAsync(Socket socket, ReadOnlyMemory<byte> bytes, Random random)
    {
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(bytes.Length, random.Next(4) == 0 ? random.Next(1, 5) : random.Next(1, 200_000));
            await FakeRedis.SendAsync(socket, bytes[..length]);
            bytes = bytes[length..];
        }
    }
}
