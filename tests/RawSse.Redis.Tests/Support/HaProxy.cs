using System.Net;
using System.Net.Sockets;

namespace RawSse.Redis.Tests.Support;

/// <summary>HAProxy in TCP mode before some nodes: round robin over those whose <c>/readyz</c> says 200.</summary>
internal sealed class HaProxy : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private ChildProcess? _process;

    private HaProxy()
    {
    }

    public IPEndPoint Endpoint { get; } = new(IPAddress.Loopback, FreePort.Take());

    /// <summary>Starts it and waits until it passes requests on.</summary>
    public static async Task<HaProxy> StartAsync(IEnumerable<IPEndPoint> nodes)
    {
        var proxy = new HaProxy();
        try
        {
            string file = proxy._directory.File("haproxy.cfg");
            await File.WriteAllTextAsync(file, Configuration(proxy.Endpoint, nodes));
            proxy._process = ChildProcess.Start("haproxy", ["-db", "-f", file]);
            await Patience.UntilAsync(proxy.IsPassingAsync, "HAProxy to pass requests on");
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<bool> IsPassingAsync()
    {
        Assert.That(_process!.HasExited, Is.False, () => _process.Tail());
        try
        {
            using RawClient client = await RawClient.ConnectAsync(Endpoint);
            return (await client.AskAsync(Request.Get("/readyz", "Connection: close"))).Status == 200;
        }
        catch (Exception e) when (e is SocketException or AssertionException)
        {
            return false;
        }
    }

    /// <summary>
    /// Sessions of a node that is marked down go on: it keeps its streams while the store is away, and ends them itself.
    /// </summary>
    private static string Configuration(IPEndPoint endpoint, IEnumerable<IPEndPoint> nodes) => $"""
        global
          maxconn 4000
        defaults
          mode tcp
          timeout connect 2s
          timeout client 1h
          timeout server 1h
          retries 2
          option redispatch
        frontend all
          bind {endpoint}
          default_backend nodes
        backend nodes
          balance roundrobin
          option httpchk GET /readyz
          http-check expect status 200
          default-server inter 300ms fall 2 rise 1
        {string.Join('\n', nodes.Select((node, i) => $"  server node{i} {node} check"))}

        """;
}
