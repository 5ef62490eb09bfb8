using System.Net;
using System.Net.Sockets;

namespace RawSse.Redis.Tests.Support;

/// <summary>
/// A redis-server of our own on 127.0.0.1, with a port and a directory that it keeps when it is killed and comes back.
/// One task at a time uses it.
/// </summary>
internal sealed class RedisServerProcess : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly string[] _options;
    private ChildProcess _process = null!;

    private RedisServerProcess(string[] options) => _options = options;

    public int Port { get; } = FreePort.Take();

    public IPEndPoint Endpoint => new(IPAddress.Loopback, Port);

    /// <summary>What <c>--redis</c> takes.</summary>
    public string Url => $"redis://{Endpoint}";

    /// <summary>Its working directory, where its files are.</summary>
    public string Directory => _directory.Path;

    public int ProcessId => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>
    /// Starts it without any persistence, unless the options say otherwise, and waits until it answers.
    /// </summary>
    /// <param name="options">as on its command line: <c>"--appendonly", "yes"</c></param>
    public static async Task<RedisServerProcess> StartAsync(params string[] options)
    {
        var server = new RedisServerProcess(options);
        try
        {
            await server.RestartAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }

    /// <summary>Starts it again after <see cref="KillAsync"/> or <see cref="ShutDownAsync"/>, with the same port, directory and options.</summary>
    public async Task RestartAsync(params string[] moreOptions)
    {
        string[] arguments =
        [
            "--bind", "127.0.0.1", "--port", $"{Port}", "--dir", Directory, "--save", "", "--appendonly", "no",
            "--protected-mode", "no", "--repl-diskless-sync-delay", "0", .. _options, .. moreOptions,
        ];
        if (_process is not null) await _process.DisposeAsync();
        _process = ChildProcess.Start("redis-server", arguments);
        await AnsweringAsync();
    }

    /// <summary>Waits until it has loaded its data and answers.</summary>
    public Task AnsweringAsync() => Patience.UntilAsync(async () =>
    {
        Assert.That(_process.HasExited, Is.False, () => $"redis-server ended: {_process.Tail()}");
        try
        {
            using RespClient client = await ConnectAsync();
            return (await client.TryAsync("PING")) is { IsError: false };
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }, "redis-server to answer");

    public Task<RespClient> ConnectAsync() => RespClient.ConnectAsync(Endpoint);

    /// <summary>One command, which must succeed, on a connection of its own.</summary>
    public async Task<RespReply> AskAsync(params object[] command)
    {
        using RespClient client = await ConnectAsync();
        return await client.AskAsync(command);
    }

    /// <summary>A server that copies this one; returns when it has all of it.</summary>
    public async Task<RedisServerProcess> StartReplicaAsync(params string[] options)
    {
        RedisServerProcess replica = await StartAsync(["--replicaof", "127.0.0.1", $"{Port}", .. options]);
        await replica.InSyncAsync();
        return replica;
    }

    /// <summary>Waits until this replica is connected to its master and has all that was there.</summary>
    public Task InSyncAsync() => Patience.UntilAsync(
        async () => (await InfoAsync("replication")).GetValueOrDefault("master_link_status") == "up", "the replica to be in sync");

    /// <summary>A section of INFO by its names.</summary>
    public async Task<Dictionary<string, string>> InfoAsync(string section) =>
        (await AskAsync("INFO", section)).Text.Split("\r\n").Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>As <c>kill -9</c>; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.ExitAsync();
    }

    /// <summary>Ends it in order, by SIGTERM.</summary>
    public async Task ShutDownAsync()
    {
        _process.AskToEnd();
        await _process.ExitAsync();
    }

    /// <summary>SIGSTOP: it keeps its connections and answers nothing.</summary>
    public void Stop() => _process.Stop();

    /// <summary>SIGCONT.</summary>
    public void Continue() => _process.Continue();

    /// <summary>The last lines of its log.</summary>
    public string Log => _process.Tail(40);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _directory.Dispose();
    }
}
