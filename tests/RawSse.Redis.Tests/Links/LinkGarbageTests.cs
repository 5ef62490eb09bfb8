using System.Net.Sockets;
using RawSse.Server.Channels;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Links;

/// <summary>What a link does for each message and each command leaves no garbage on the shard's thread, which is the test's.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class LinkGarbageTests
{
    private const int Batch = 20_000;

    /// <summary>Far below a byte for each; what remains comes from the system, once in a while.</summary>
    private const long BytesAllowed = Batch / 50;

    private readonly Mailbox _mailbox = new();
    private readonly CountingOwner _owner = new();

    [Test]
    public async Task Messages_leave_no_garbage()
    {
        using var redis = new FakeRedis();
        using RedisLink link = Start(redis, RedisLinkKind.Subscriptions);
        Socket socket = await redis.AcceptAsync();
        Turn(link, () => link.IsOpen);
        byte[] messages = [.. Enumerable.Repeat(">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n"u8.ToArray(), Batch).SelectMany(b => b)];
        long[] garbage = new long[4];
        for (int round = 0; round < garbage.Length; round++)
        {
            long expected = _owner.Pushes + Batch;
            Task sending = Task.Run(() => FakeRedis.SendAsync(socket, messages));
            garbage[round] = Turn(link, () => _owner.Pushes == expected);
            await sending;
        }

        TestContext.Out.WriteLine($"bytes for {Batch} messages: {string.Join(", ", garbage)}");
        Assert.That(garbage[1..].Min(), Is.LessThan(BytesAllowed));
    }

    [Test]
    public async Task Commands_leave_no_garbage()
    {
        using var redis = new FakeRedis();
        using RedisLink link = Start(redis, RedisLinkKind.Commands);
        Socket socket = await redis.AcceptAsync();
        CountingCommand[] commands = [.. Enumerable.Range(0, Batch).Select(_ => new CountingCommand())];
        byte[] replies = [.. Enumerable.Repeat("+OK\r\n"u8.ToArray(), Batch).SelectMany(b => b)];
        Turn(link, () => link.IsOpen);
        long[] garbage = new long[4];
        for (int round = 0; round < garbage.Length; round++)
        {
            long expected = CountingCommand.Replies + Batch;
            Task answering = Task.Run(() => AnswerAsync(socket, commands[0].Request.Length * Batch, replies));
            garbage[round] = Turn(link, () => CountingCommand.Replies == expected, commands);
            await answering;
        }

        TestContext.Out.WriteLine($"bytes for {Batch} commands: {string.Join(", ", garbage)}");
        Assert.That(garbage[1..].Min(), Is.LessThan(BytesAllowed));
    }

    private static async Task AnswerAsync(Socket socket, int requestBytes, byte[] replies)
    {
        byte[] bytes = new byte[1 << 16];
        while (requestBytes > 0) requestBytes -= await socket.ReceiveAsync(bytes, Patience.Token());
        await FakeRedis.SendAsync(socket, replies);
    }

    private RedisLink Start(FakeRedis redis, RedisLinkKind kind)
    {
        Assert.That(RedisUrl.TryParse(redis.Url, out RedisSettings? settings, out _), Is.True);
        var link = new RedisLink(kind, settings!, new FixedMaster(settings!.Endpoints[0]), _mailbox, _owner, TimeProvider.System);
        link.Start();
        return link;
    }

    /// <summary>The shard's turns on this thread until it is so; returns what they allocated.</summary>
    private long Turn(RedisLink link, Func<bool> isDone, params CountingCommand[] commands)
    {
        CancellationToken patience = Patience.Token();
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (CountingCommand command in commands) link.Send(command);
        while (!isDone() && !patience.IsCancellationRequested)
        {
            link.Flush();
            if (!_mailbox.Drain()) Thread.Yield();
        }

        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(isDone(), "everything came");
        return after - before;
    }

    private sealed class CountingOwner : IRedisLinkOwner
    {
        public long Pushes { get; private set; }

        public void OnOpened(RedisLink link)
        {
        }

        public void OnLost(RedisLink link, string reason)
        {
        }

        public void OnPush(RedisLink link, ReadOnlySpan<byte> value) => Pushes++;
    }

    private sealed class CountingCommand : RedisCommand
    {
        public CountingCommand() => Request.Write("*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n"u8);

        public static long Replies { get; private set; }

        public override void OnReply(RedisLink link, ReadOnlySpan<byte> reply) => Replies++;

        public override void OnLost() => Assert.Fail("the link holds");
    }
}
