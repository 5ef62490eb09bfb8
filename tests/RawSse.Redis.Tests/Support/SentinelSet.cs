using System.Globalization;
using System.Net;

namespace RawSse.Redis.Tests.Support;

/// <summary>Three sentinels that watch a master under the name <see cref="MasterName"/>; two of them decide.</summary>
internal sealed class SentinelSet : IAsyncDisposable
{
    public const string MasterName = "mymaster";
    private const int Count = 3;

    private readonly TempDirectory _directory = new();
    private readonly List<ChildProcess> _processes = [];
    private readonly List<IPEndPoint> _endpoints = [];

    private SentinelSet()
    {
    }

    public IReadOnlyList<IPEndPoint> Endpoints => _endpoints;

    /// <summary>What <c>--redis</c> takes.</summary>
    public string Url => $"redis+sentinel://{string.Join(',', _endpoints)}/{MasterName}";

    /// <summary>Starts them and waits until they know each other, and of so many replicas.</summary>
    public static async Task<SentinelSet> StartAsync(RedisServerProcess master, int replicas)
    {
        var set = new SentinelSet();
        try
        {
            for (int i = 0; i < Count; i++) set.StartOne(i, master.Port);
            await Patience.UntilAsync(() => set.IsCompleteAsync(replicas), "the sentinels to know each other");
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }
        return set;
    }

    /// <summary>The master that the first sentinel would name.</summary>
    public async Task<IPEndPoint> MasterAsync()
    {
        RespReply address = await AskAsync(0, "SENTINEL", "get-master-addr-by-name", MasterName);
        return new(IPAddress.Parse(address[0].Text), int.Parse(address[1].Text, CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until the sentinels name another master than this one, and it is one.</summary>
    public Task FailedOverAsync(RedisServerProcess from) => Patience.UntilAsync(async () =>
    {
        IPEndPoint master = await MasterAsync();
        if (master.Port == from.Port) return false;
        using RespClient client = await RespClient.ConnectAsync(master);
        return (await client.AskAsync("ROLE"))[0].Text == "master";
    }, "the failover");

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess process in _processes) await process.DisposeAsync();
        _directory.Dispose();
    }

    private void StartOne(int number, int masterPort)
    {
        int port = FreePort.Take();
        string file = _directory.File($"sentinel{number}.conf");
        File.WriteAllText(file, $"""
            port {port}
            bind 127.0.0.1
            protected-mode no
            dir {_directory.Path}
            sentinel monitor {MasterName} 127.0.0.1 {masterPort} 2
            sentinel down-after-milliseconds {MasterName} 700
            sentinel failover-timeout {MasterName} 5000
            sentinel parallel-syncs {MasterName} 1

            """);
        _endpoints.Add(new(IPAddress.Loopback, port));
        _processes.Add(ChildProcess.Start("redis-server", [file, "--sentinel"]));
    }

    private async Task<bool> IsCompleteAsync(int replicas)
    {
        for (int i = 0; i < Count; i++)
        {
            Assert.That(_processes[i].HasExited, Is.False, () => _processes[i].Tail());
            try
            {
                RespReply known = await AskAsync(i, "SENTINEL", "master", MasterName);
                string Value(string name) => known.Items!.SkipWhile(item => item.Text != name).Skip(1).First().Text;
                if (Value("num-other-sentinels") != $"{Count - 1}" || Value("num-slaves") != $"{replicas}") return false;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        }
        return true;
    }

    private async Task<RespReply> AskAsync(int number, params object[] command)
    {
        using RespClient client = await RespClient.ConnectAsync(_endpoints[number]);
        return await client.AskAsync(command);
    }
}
