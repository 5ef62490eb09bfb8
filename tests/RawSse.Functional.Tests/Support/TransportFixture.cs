using RawSse.Server.Hosting;

// Two at a time: most of a fixture's time is waiting, and each test has a server of its own.
[assembly: LevelOfParallelism(2)]

namespace RawSse.Functional.Tests.Support;

/// <summary>A fixture over one transport; ends what its tests opened, and fails a test whose server recorded a bug.</summary>
[Parallelizable(ParallelScope.Self)]
public abstract class TransportFixture(Platform platform)
{
    private readonly List<TestServer> _servers = [];

    [TearDown]
    public async Task StopServers()
    {
        TestServer[] servers = [.. _servers];
        _servers.Clear();
        string[] bugs = [];
        foreach (TestServer server in servers)
        {
            await server.DisposeAsync();
            bugs = [.. bugs, .. server.Bugs];
        }
        Assert.That(bugs, Is.Empty, "the server logged errors");
    }

    private protected async Task<TestServer> StartAsync(Action<RawSseOptions>? configure = null, ManualClock? clock = null)
    {
        var options = new RawSseOptions { Listen = { "127.0.0.1:0" }, Transport = platform.Transport, Shards = platform.Shards };
        if (platform.IsRedis)
            SharedRedis.Use(options);
        configure?.Invoke(options);
        TestServer server = await TestServer.StartAsync(options, clock);
        _servers.Add(server);
        return server;
    }
}
