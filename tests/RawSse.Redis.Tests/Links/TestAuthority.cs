using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests.Links;

/// <summary>A certificate authority made by openssl, in a directory of its own, and certificates of servers that it signs.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly TempDirectory _directory = new();

    private TestAuthority()
    {
    }

    /// <summary>PEM file of the authority's certificate.</summary>
    public string File => _directory.File("ca.pem");

    public static async Task<TestAuthority> CreateAsync()
    {
        var authority = new TestAuthority();
        await OpensslAsync(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=an authority", "-keyout", authority._directory.File("ca.key"), "-out", authority.File);
        return authority;
    }

    /// <summary>A redis-server that speaks TLS on a port of its own.</summary>
    /// <param name="names">whom its certificate is for: <c>DNS:localhost,IP:127.0.0.1</c></param>
    public async Task<(RedisServerProcess Redis, int Port)> StartRedisAsync(string names, params string[] options)
    {
        int port = FreePort.Take();
        string key = _directory.File($"{port}.key");
        string certificate = _directory.File($"{port}.pem");
        await OpensslAsync(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=a redis", "-addext", $"subjectAltName={names}", "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", File, "-CAkey", _directory.File("ca.key"), "-keyout", key, "-out", certificate);
        RedisServerProcess redis = await RedisServerProcess.StartAsync(
            ["--tls-port", $"{port}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", File,
                "--tls-auth-clients", "no", .. options]);
        return (redis, port);
    }

    public void Dispose() => _directory.Dispose();

    private static async Task OpensslAsync(params string[] arguments)
    {
        await using ChildProcess openssl = ChildProcess.Start("openssl", arguments);
        Assert.That(await openssl.ExitAsync(), Is.Zero, openssl.Tail());
    }
}
