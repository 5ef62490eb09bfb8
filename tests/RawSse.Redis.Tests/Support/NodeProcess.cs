using System.Net;
using System.Net.Sockets;

namespace RawSse.Redis.Tests.Support;

/// <summary>One of our servers, with an address that it keeps when it is restarted. One task at a time uses it.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly string[] _options;
    private ChildProcess _process;

    private NodeProcess(string[] options)
    {
        _options = options;
        _process = Run();
    }

    public IPEndPoint Endpoint { get; } = new(IPAddress.Loopback, FreePort.Take());

    public Uri Url => new($"http://{Endpoint}/");

    /// <summary>Starts it and does not wait.</summary>
    public static NodeProcess Launch(params string[] options) => new(options);

    /// <summary>Starts it and waits until it is ready for traffic.</summary>
    public static async Task<NodeProcess> StartAsync(params string[] options)
    {
        NodeProcess node = Launch(options);
        try
        {
            await node.ReadyAsync();
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
        return node;
    }

    /// <summary>Waits until <c>/readyz</c> says 200.</summary>
    public Task ReadyAsync() => StatusAsync("/readyz", 200);

    /// <summary>Waits until <c>/readyz</c> says 503.</summary>
    public Task NotReadyAsync() => StatusAsync("/readyz", 503);

    /// <summary>The status of a GET now; 0 when it cannot be reached.</summary>
    public async Task<int> StatusOfAsync(string target)
    {
        try
        {
            using RawClient client = await RawClient.ConnectAsync(Endpoint);
            return (await client.AskAsync(Request.Get(target, "Connection: close"))).Status;
        }
        catch (Exception e) when (e is SocketException or AssertionException)
        {
            return 0;
        }
    }

    public async Task<Metrics> MetricsAsync()
    {
        using RawClient client = await RawClient.ConnectAsync(Endpoint);
        return Metrics.Parse((await client.AskAsync(Request.Get("/metrics", "Connection: close"))).Text);
    }

    /// <summary>As <c>kill -9</c>; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.ExitAsync();
    }

    /// <summary>SIGTERM; returns when it has drained, which must end with 0.</summary>
    public async Task ShutDownAsync()
    {
        _process.AskToEnd();
        Assert.That(await _process.ExitAsync(), Is.Zero, Log);
    }

    /// <summary>Starts it again on its address, and waits until it is ready.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = Run();
        await ReadyAsync();
    }

    /// <summary>The last lines it printed.</summary>
    public string Log => _process.Tail(60);

    /// <summary>What it printed as an error: a bug of ours, whatever the store does.</summary>
    public string[] Bugs => [.. _process.Output.Where(line =>
        line.Contains("crit:", StringComparison.Ordinal) || line.Contains("Unhandled", StringComparison.Ordinal))];

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private ChildProcess Run()
    {
        // What the environment of the tests says is not for this server.
        (string, string?)[] cleared = [.. Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("RAWSSE_", StringComparison.Ordinal) || name == "REDIS_URL").Select(name => (name, (string?)null))];
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "RawSse.Server.dll"), "--listen", $"{Endpoint}", .. _options];
        return ChildProcess.Start("dotnet", arguments, cleared);
    }

    private Task StatusAsync(string target, int status) => Patience.UntilAsync(async () =>
    {
        Assert.That(_process.HasExited, Is.False, () => $"the node ended with {_process.ExitCode}: {Log}");
        return await StatusOfAsync(target) == status;
    }, $"{status} for {target}");
}
