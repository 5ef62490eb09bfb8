using System.Net;
using Microsoft.Extensions.Logging;

namespace RawSse.Server.Hosting;

/// <summary>A running node.</summary>
public sealed class RawSseServer : IAsyncDisposable
{
    private RawSseServer(IReadOnlyList<IPEndPoint> endpoints, IPEndPoint? adminEndpoint) =>
        (Endpoints, AdminEndpoint) = (endpoints, adminEndpoint);

    public IReadOnlyList<IPEndPoint> Endpoints { get; }

    public IPEndPoint? AdminEndpoint { get; }

    public static Task<RawSseServer> StartAsync(
        RawSseOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? clock = null,
        CancellationToken cancellationToken = default)
    {
        if (OptionsValidator.Validate(options) is { } line)
            throw new ArgumentException(line, nameof(options));
        IReadOnlyList<IPEndPoint> endpoints = [.. options.EffectiveListen.Select(IPEndPoint.Parse)];
        return Task.FromResult(new RawSseServer(endpoints, options.AdminListen is { } admin ? IPEndPoint.Parse(admin) : null));
    }

    public Task DrainAsync(TimeSpan delay, TimeSpan over, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
