using System.Net.Sockets;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>Which silence is taken for a server that hangs, on a clock that the test moves.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LinkDeadlineTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(900);

    private readonly ManualClock _clock = new();
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
    public async Task A_pending_command_is_waited_for_three_seconds_and_no_longer()
    {
        (LinkOwner owner, Socket _) = await OpenAsync(RedisLinkKind.Commands);
        await _shard.DoAsync(() => owner.SendNow("ECHO"));
        await StepAsync(owner);
        await StepAsync(owner);
        await StepAsync(owner);
        Assert.That(owner.Lost, Is.Zero);
        await StepAsync(owner);
        Assert.That(owner.Story, Is.EqualTo(new[] { "opened", "lost ECHO", "lost: no answer for 3000 ms" }));
    }

    [Test]
    public async Task A_silent_server_is_asked_for_a_sign_of_life_and_then_waited_for([Values] bool isSubscribing)
    {
        (LinkOwner owner, Socket socket) = await OpenAsync(isSubscribing ? RedisLinkKind.Subscriptions : RedisLinkKind.Commands);
        for (int round = 0; round < 3; round++)
        {
            await StepAsync(owner);
            Assert.That(socket.Available, Is.Zero);
            await StepAsync(owner);
            Assert.That(await ReadAsync(socket), Is.EqualTo("*1\r\n$4\r\nPING\r\n"));
            await FakeRedis.SendAsync(socket, "+PONG\r\n");
            if (isSubscribing) await FakeRedis.SendAsync(socket, $"+{round}\r\n");
            await _shard.UntilAsync(() => isSubscribing ? owner.Pushes.Count > round : owner.Link.Pending == 0, "the answer");
        }

        for (int step = 0; step < 5; step++) await StepAsync(owner);
        Assert.That(owner.Lost, Is.Zero);
        await StepAsync(owner);
        Assert.That(owner.Story, Is.EqualTo(new[] { "opened", "lost: no answer for 3000 ms" }));
    }

    [Test]
    public async Task A_long_reply_that_still_comes_is_waited_for()
    {
        (LinkOwner owner, Socket socket) = await OpenAsync(RedisLinkKind.Commands);
        List<string> elements = [];
        var command = new TestCommand("XRANGE") { WhenElement = elements.Add };
        await _shard.DoAsync(() => owner.Link.Send(command));
        await FakeRedis.SendAsync(socket, "*10\r\n");
        for (int i = 1; i <= 10; i++)
        {
            await StepAsync(owner);
            await StepAsync(owner);
            await FakeRedis.SendAsync(socket, $":{i}\r\n");
            await _shard.UntilAsync(() => elements.Count == i, "an element");
        }

        Assert.That(await command.Done.WaitAsync(Patience.Limit), Is.Empty);
        Assert.That(owner.Lost, Is.Zero);
    }

    [Test]
    public async Task A_shard_that_stood_still_does_not_blame_the_server()
    {
        (LinkOwner owner, Socket _) = await OpenAsync(RedisLinkKind.Commands);
        await _shard.DoAsync(() => owner.SendNow("ECHO"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _shard.DoAsync(owner.Link.Tick);
        await StepAsync(owner);
        await StepAsync(owner);
        await StepAsync(owner);
        Assert.That(owner.Lost, Is.Zero);
        await StepAsync(owner);
        Assert.That(owner.Lost, Is.EqualTo(1));
    }

    private async Task StepAsync(LinkOwner owner)
    {
        _clock.Advance(s_step);
        await _shard.DoAsync(owner.Link.Tick);
    }

    private async Task<(LinkOwner Owner, Socket Socket)> OpenAsync(RedisLinkKind kind)
    {
        LinkOwner owner = _shard.Open(_redis.Url, kind, _clock);
        Socket socket = await _redis.AcceptAsync();
        await owner.OpenedAsync();
        await _shard.DoAsync(owner.Link.Tick);
        return (owner, socket);
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        byte[] bytes = new byte[1000];
        return System.Text.Encoding.ASCII.GetString(bytes, 0, await socket.ReceiveAsync(bytes, Patience.Token()));
    }
}
