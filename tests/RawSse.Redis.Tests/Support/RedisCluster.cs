using System.Globalization;

namespace RawSse.Redis.Tests.Support;

/// <summary>A Redis Cluster of three masters, each with a replica if wanted. One task at a time uses it.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    public const int Slots = 16_384;
    private const int MasterCount = 3;
    private const int KeysAtOnce = 100;

    private readonly List<RedisServerProcess> _masters = [];
    private readonly List<RedisServerProcess> _replicas = [];
    private readonly Dictionary<RedisServerProcess, string> _names = [];

    private RedisCluster()
    {
    }

    /// <summary>The masters it started with; each owns a third of the slots until one is moved.</summary>
    public IReadOnlyList<RedisServerProcess> Masters => _masters;

    /// <summary>The replica of the master with the same number.</summary>
    public IReadOnlyList<RedisServerProcess> Replicas => _replicas;

    /// <summary>What <c>--redis</c> takes.</summary>
    public string Url => $"redis+cluster://{string.Join(',', _masters.Select(m => m.Endpoint))}";

    public static async Task<RedisCluster> StartAsync(bool withReplicas = false, params string[] options)
    {
        var cluster = new RedisCluster();
        try
        {
            for (int i = 0; i < MasterCount; i++) cluster._masters.Add(await StartNodeAsync(options));
            if (withReplicas)
                for (int i = 0; i < MasterCount; i++) cluster._replicas.Add(await StartNodeAsync(options));
            await cluster.FormAsync();
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
        return cluster;
    }

    /// <summary>The slot of a key, hash tag and all.</summary>
    public async Task<int> SlotAsync(string key) => (int)(await Alive().First().AskAsync("CLUSTER", "KEYSLOT", key)).Number;

    /// <summary>Sends a command to whoever serves the key, following MOVED and ASK, until it is served.</summary>
    public async Task<RespReply> AskAsync(string key, params object[] command)
    {
        RespReply last = new(null);
        int slot = await SlotAsync(key);
        await Patience.UntilAsync(async () =>
        {
            foreach (RedisServerProcess node in Alive())
            {
                if (!await ServesAsync(node, slot)) continue;
                using RespClient client = await node.ConnectAsync();
                last = await client.TryAsync(command);
                if (last.IsError && last.Text.StartsWith("ASK ", StringComparison.Ordinal))
                {
                    using RespClient other = await Alive().First(n => last.Text.EndsWith($":{n.Port}", StringComparison.Ordinal)).ConnectAsync();
                    await other.AskAsync("ASKING");
                    last = await other.TryAsync(command);
                }
                return !last.IsError;
            }
            return false;
        }, $"{string.Join(' ', command)} to be served");
        return last;
    }

    /// <summary>Moves a slot with its keys while they are in use.</summary>
    /// <param name="slot">what to move</param>
    /// <param name="to">a master that has not got it</param>
    public async Task MoveAsync(int slot, RedisServerProcess to)
    {
        RedisServerProcess from = await OwnerAsync(slot);
        Assert.That(from, Is.Not.SameAs(to));
        await to.AskAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", _names[from]);
        await from.AskAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", _names[to]);
        while (await from.AskAsync("CLUSTER", "GETKEYSINSLOT", slot, KeysAtOnce) is { Items.Length: > 0 } keys)
            await from.AskAsync(["MIGRATE", "127.0.0.1", to.Port, "", 0, 5_000, "KEYS", .. keys.Items.Select(k => (object)k.Text)]);
        // The new owner first: then no command is sent in circles.
        foreach (RedisServerProcess master in _masters.OrderBy(m => m == to ? 0 : m == from ? 1 : 2))
            await master.AskAsync("CLUSTER", "SETSLOT", slot, "NODE", _names[to]);
    }

    /// <summary>The master that owns a slot now, of those that were started as masters.</summary>
    public async Task<RedisServerProcess> OwnerAsync(int slot)
    {
        foreach (RedisServerProcess node in Alive())
            if (await ServesAsync(node, slot)) return node;
        throw new AssertionException($"nobody owns slot {slot}");
    }

    /// <summary>Waits until the replica with this number serves in its master's place.</summary>
    public Task PromotedAsync(int number) => Patience.UntilAsync(async () =>
        (await _replicas[number].AskAsync("ROLE"))[0].Text == "master" && await IsOkAsync(_replicas[number]), "the replica to take over");

    public async ValueTask DisposeAsync()
    {
        foreach (RedisServerProcess node in _masters.Concat(_replicas)) await node.DisposeAsync();
    }

    private static Task<RedisServerProcess> StartNodeAsync(string[] options) => RedisServerProcess.StartAsync(
    [
        "--cluster-enabled", "yes", "--cluster-port", $"{FreePort.Take()}", "--cluster-config-file", "nodes.conf",
        "--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0", .. options,
    ]);

    private async Task FormAsync()
    {
        RedisServerProcess[] all = [.. _masters, .. _replicas];
        for (int i = 0; i < all.Length; i++)
        {
            _names[all[i]] = (await all[i].AskAsync("CLUSTER", "MYID")).Text;
            await all[i].AskAsync("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
            if (i < MasterCount)
                await all[i].AskAsync("CLUSTER", "ADDSLOTSRANGE", i * Slots / MasterCount, ((i + 1) * Slots / MasterCount) - 1);
            // With the bus port, since it is not the usual distance away.
            string bus = (await all[0].AskAsync("CONFIG", "GET", "cluster-port"))[1].Text;
            if (i > 0) await all[i].AskAsync("CLUSTER", "MEET", "127.0.0.1", all[0].Port, bus);
        }
        foreach (RedisServerProcess node in all) await Patience.UntilAsync(() => KnowsAsync(node, all.Length), "the cluster to form");
        for (int i = 0; i < _replicas.Count; i++) await _replicas[i].AskAsync("CLUSTER", "REPLICATE", _names[_masters[i]]);
        foreach (RedisServerProcess replica in _replicas) await replica.InSyncAsync();
        foreach (RedisServerProcess node in all) await Patience.UntilAsync(() => IsOkAsync(node), "the cluster to be ok");
        // Each master must know its replica, or a client that asks for the map gets none.
        foreach (RedisServerProcess node in all) await Patience.UntilAsync(() => KnowsReplicasAsync(node), "the replicas to be known");
    }

    private IEnumerable<RedisServerProcess> Alive() => _masters.Concat(_replicas).Where(node => node.IsRunning);

    private static async Task<bool> IsOkAsync(RedisServerProcess node) =>
        (await node.AskAsync("CLUSTER", "INFO")).Text.Contains("cluster_state:ok", StringComparison.Ordinal);

    private static async Task<bool> KnowsAsync(RedisServerProcess node, int count)
    {
        string[] lines = (await node.AskAsync("CLUSTER", "NODES")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == count && !lines.Any(line => line.Contains("handshake", StringComparison.Ordinal));
    }

    private async Task<bool> KnowsReplicasAsync(RedisServerProcess node)
    {
        string nodes = (await node.AskAsync("CLUSTER", "NODES")).Text;
        return nodes.Split('\n').Count(line => line.Contains("slave", StringComparison.Ordinal)) == _replicas.Count;
    }

    private async Task<bool> ServesAsync(RedisServerProcess node, int slot)
    {
        string nodes = (await node.AskAsync("CLUSTER", "NODES")).Text;
        string mine = nodes.Split('\n').First(line => line.Contains("myself", StringComparison.Ordinal));
        return mine.Contains("master", StringComparison.Ordinal) && mine.Split(' ').Skip(8).Any(range => Covers(range, slot));
    }

    /// <summary>A range of CLUSTER NODES, <c>5-7</c> or <c>5</c>; those in brackets are slots on the move.</summary>
    private static bool Covers(string range, int slot)
    {
        if (range.StartsWith('[')) return false;
        int[] ends = [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return ends[0] <= slot && slot <= ends[^1];
    }
}
