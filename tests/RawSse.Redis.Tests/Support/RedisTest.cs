using System.Collections.Concurrent;
using System.Globalization;

namespace RawSse.Redis.Tests.Support;

/// <summary>A test over one Redis of its own, that starts nodes and streams and ends them afterwards.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class RedisTest
{
    private readonly ConcurrentStack<IAsyncDisposable> _opened = [];
    private readonly List<NodeProcess> _nodes = [];

    private protected RedisServerProcess Redis { get; private set; } = null!;

    [SetUp]
    public async Task StartRedis() => Redis = Own(await RedisServerProcess.StartAsync(Options));

    [TearDown]
    public async Task StopAll()
    {
        string[] bugs = [.. _nodes.SelectMany(node => node.Bugs)];
        if (TestContext.CurrentContext.Result.FailCount > 0)
            foreach (NodeProcess node in _nodes) TestContext.Out.WriteLine($"-- {node.Endpoint}\n{node.Log}");
        while (_opened.TryPop(out IAsyncDisposable? one)) await one.DisposeAsync();
        Assert.That(bugs, Is.Empty);
    }

    /// <summary>Options of its Redis.</summary>
    private protected virtual string[] Options => [];

    /// <summary>A node over the Redis; by default its audit finds in half a second what Pub/Sub did not ring for.</summary>
    private protected async Task<NodeProcess> StartNodeAsync(params string[] options)
    {
        string[] defaults = ["--redis", Redis.Url, "--audit", "500ms"];
        NodeProcess node = Own(await NodeProcess.StartAsync([.. defaults.Chunk(2).Where(flag => !options.Contains(flag[0])).SelectMany(f => f), .. options]));
        _nodes.Add(node);
        return node;
    }

    private protected async Task<StreamClient> OpenAsync(NodeProcess node, string target, string? lastEventId = null) =>
        Own(await StreamClient.OpenAsync(node.Endpoint, target, lastEventId));

    /// <summary>XADD of fields and values; returns the id.</summary>
    private protected async Task<string> AddAsync(string channel, params object[] fields) =>
        (await Redis.AskAsync(["XADD", $"sse:{channel}", "*", .. fields])).Text;

    /// <summary>Entries with ids of our choice: <c>1-0</c>, <c>2-0</c> …, with the number as data.</summary>
    private protected async Task AddNumberedAsync(string channel, int first, int last)
    {
        using RespClient client = await Redis.ConnectAsync();
        for (int i = first; i <= last; i++) await client.AskAsync("XADD", $"sse:{channel}", $"{i}-0", "data", i.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>PUBLISH of a payload; returns how many got it.</summary>
    private protected async Task<long> RingAsync(string channel, object payload) =>
        (await Redis.AskAsync("PUBLISH", $"sse:channel:{channel}", payload)).Number;

    /// <summary>Publishes over HTTP what must be confirmed; returns the id.</summary>
    private protected static async Task<string> PublishAsync(NodeProcess node, string channel, string data, string? type = null)
    {
        using Publisher publisher = await Publisher.ConnectAsync(node.Endpoint);
        return await publisher.PublishAsync(channel, data, type);
    }

    private protected T Own<T>(T opened)
        where T : IAsyncDisposable
    {
        _opened.Push(opened);
        return opened;
    }
}
