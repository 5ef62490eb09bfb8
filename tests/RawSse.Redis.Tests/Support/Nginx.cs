using System.Net;
using System.Net.Sockets;

namespace RawSse.Redis.Tests.Support;

/// <summary>nginx with a configuration of upstreams and servers as it would stand in <c>conf.d</c>.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private ChildProcess? _process;

    private Nginx()
    {
    }

    public IPEndPoint Endpoint { get; } = new(IPAddress.Loopback, FreePort.Take());

    /// <param name="configuration">
    /// upstreams and one server; <c>server {</c> gets the address to listen on, since without it nginx takes port 80
    /// </param>
    public static async Task<Nginx> StartAsync(string configuration)
    {
        var nginx = new Nginx();
        try
        {
            string file = nginx._directory.File("nginx.conf");
            string listening = configuration.Replace("\nserver {", $"\nserver {{\n  listen {nginx.Endpoint};", StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, Around(listening, nginx._directory.Path));
            nginx._process = ChildProcess.Start("nginx", ["-p", nginx._directory.Path, "-c", file]);
            await Patience.UntilAsync(nginx.IsListeningAsync, "nginx to listen");
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<bool> IsListeningAsync()
    {
        Assert.That(_process!.HasExited, Is.False, () => _process.Tail());
        try
        {
            using RawClient client = await RawClient.ConnectAsync(Endpoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>One process and no workers, so that none outlives it.</summary>
    private static string Around(string configuration, string directory) => $$"""
        {{(Environment.UserName == "root" ? "user root;" : "")}}
        daemon off;
        master_process off;
        pid {{directory}}/nginx.pid;
        error_log stderr;
        events { worker_connections 1024; }
        http {
        access_log off;
        client_body_temp_path {{directory}}/body;
        proxy_temp_path {{directory}}/proxy;
        fastcgi_temp_path {{directory}}/fastcgi;
        uwsgi_temp_path {{directory}}/uwsgi;
        scgi_temp_path {{directory}}/scgi;
        {{configuration}}
        }

        """;
}
