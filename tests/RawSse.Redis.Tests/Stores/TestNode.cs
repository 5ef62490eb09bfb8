using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RawSse.Server.Channels;
using RawSse.Server.Shards;
using RawSse.Server.Stores.Embedded;
using RawSse.Server.Stores.Redis;

namespace RawSse.Redis.Tests.Stores;

/// <summary>The Redis stores of a node of one or more shards, all stepped by the test's own thread.</summary>
internal sealed class TestNode : IDisposable
{
    private const int TickMs = 50;

    private readonly AutoResetEvent _wake = new(false);
    private readonly RecordingLogger _logger = new();
    private readonly Stopwatch _sinceTick = Stopwatch.StartNew();

    public TestNode(string url, int shards = 1, Func<RedisStoreOptions, RedisStoreOptions>? configure = null)
    {
        Assert.That(RedisUrl.TryParse(url, out RedisSettings? settings, out string problem), Is.True, problem);
        var options = new RedisStoreOptions
        {
            Settings = settings!,
            Keys = new RedisKeys("sse:", settings!.Topology == RedisTopology.Cluster, settings.Database),
            Retention = new Retention(10_000, 0, TimeSpan.FromHours(1)),
            MaxEventBytes = 256 << 10,
        };
        options = configure?.Invoke(options) ?? options;
        var shared = new RedisShared(shards, name => HomeOf(name, shards), TimeProvider.System, new NodeLog(_logger));
        Shards = [.. Enumerable.Range(0, shards).Select(number => new TestShard(this, number, options, shared))];
    }

    public MemoryBudget Budget { get; } = new(long.MaxValue);

    public TestShard[] Shards { get; }

    public TestShard Shard => Shards[0];

    /// <summary>Lines that were logged.</summary>
    public IReadOnlyList<string> Log => _logger.Lines;

    public Action Wake => () => _wake.Set();

    public static int HomeOf(ReadOnlySpan<byte> name, int shards) => name[^1] % shards;

    public void UntilUp() => Until(() => Shards.All(shard => shard.Store.IsUp), "the stores to be up");

    /// <summary>Turns of all shards until it is so.</summary>
    public void Until(Func<bool> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            if (waited.Elapsed > Patience.Limit)
                Assert.Fail($"waited {Patience.Limit.TotalSeconds} s for {what}; the log: {string.Join('\n', Log)}");
            Step();
        }
    }

    /// <summary>Turns of all shards until the task is done.</summary>
    public T Await<T>(Task<T> task)
    {
        Until(() => task.IsCompleted, "a task");
        return task.GetAwaiter().GetResult();
    }

    public void Await(Task task)
    {
        Until(() => task.IsCompleted, "a task");
        task.GetAwaiter().GetResult();
    }

    public void Step()
    {
        bool isTick = _sinceTick.ElapsedMilliseconds >= TickMs;
        if (isTick) _sinceTick.Restart();
        bool isBusy = false;
        foreach (TestShard shard in Shards.Where(shard => !shard.IsStuck))
        {
            isBusy |= shard.Mailbox.Drain();
            if (isTick) shard.Store.Tick();
            shard.Store.Flush();
        }
        if (!isBusy && Shards.All(shard => shard.IsStuck || shard.Mailbox.TrySleep())) _wake.WaitOne(5);
        foreach (TestShard shard in Shards) shard.Mailbox.Awake();
    }

    public void Dispose()
    {
        foreach (TestShard shard in Shards) shard.Store.Dispose();
        Assert.That(Budget.Used, Is.Zero, "all memory comes back");
    }

    private sealed class RecordingLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines) Lines.Add(formatter(state, exception));
        }
    }
}
