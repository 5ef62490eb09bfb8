using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Stores;

/// <summary>A node's stores over a Redis of the test's own. The clients of the test run beside the node's turns.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal abstract class StoreTest
{
    protected RedisServerProcess Redis { get; private set; } = null!;

    protected TestNode Node { get; private set; } = null!;

    protected TestShard Shard => Node.Shard;

    protected StoreClient Client => Node.Shard.Client;

    [SetUp]
    public async Task StartAsync()
    {
        Redis = await RedisServerProcess.StartAsync();
        Node = new TestNode(Redis.Url);
        Node.UntilUp();
    }

    [TearDown]
    public async Task StopAsync()
    {
        Node?.Dispose();
        await Redis.DisposeAsync();
    }

    /// <summary>A command from elsewhere, while the node goes on.</summary>
    protected RespReply Ask(params object[] command) => Node.Await(Redis.AskAsync(command));

    protected static string EventOf(string id, string previous, string data) =>
        $$"""{"id":"{{id}}","prev":"{{previous}}","type":"","data":"{{data}}"}""";
}
