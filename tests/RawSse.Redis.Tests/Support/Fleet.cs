using System.Net;

namespace RawSse.Redis.Tests.Support;

/// <summary>Three nodes of ours over one store, behind HAProxy.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const int NodeCount = 3;

    private readonly List<NodeProcess> _nodes = [];
    private HaProxy? _proxy;

    private Fleet()
    {
    }

    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    /// <summary>Where clients and publishers connect.</summary>
    public IPEndPoint Endpoint => _proxy!.Endpoint;

    /// <param name="options">flags of every node</param>
    public static Task<Fleet> StartAsync(params string[] options) => StartAsync(NodeCount, options);

    /// <param name="count">how many nodes</param>
    /// <param name="options">flags of every node</param>
    public static async Task<Fleet> StartAsync(int count, string[] options)
    {
        var fleet = new Fleet();
        try
        {
            Task<NodeProcess>[] starting = [.. Enumerable.Range(0, count).Select(_ => NodeProcess.StartAsync(options))];
            foreach (Task<NodeProcess> node in starting) fleet._nodes.Add(await node);
            fleet._proxy = await HaProxy.StartAsync(fleet._nodes.Select(node => node.Endpoint));
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
        return fleet;
    }

    /// <summary>The last lines of all logs, for the message of a test that failed.</summary>
    public string Log => string.Join('\n', _nodes.Select((node, i) => $"-- node {i} ({node.Endpoint})\n{node.Log}"));

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null) await _proxy.DisposeAsync();
        foreach (NodeProcess node in _nodes) await node.DisposeAsync();
    }
}
