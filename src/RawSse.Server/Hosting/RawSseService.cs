using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RawSse.Server.Hosting;

/// <summary>Starts the server with its host, and drains it before the host stops.</summary>
internal sealed class RawSseService(
    IOptions<RawSseOptions> options, ShutdownPlan plan, RawSseAccessor accessor, ILoggerFactory loggers, TimeProvider clock)
    : IHostedService, IAsyncDisposable, IDisposable
{
    public async Task StartAsync(CancellationToken cancellationToken) =>
        accessor.Set(await RawSseServer.StartAsync(options.Value, loggers, clock, cancellationToken).ConfigureAwait(false));

    /// <summary>Returns when every stream is closed, or as soon as the host is tired of waiting.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (accessor.ServerOrNull is not { } server)
            return;
        try
        {
            await server.DrainAsync(plan.Delay, plan.Over, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host's time is over: what is still open is closed now.
        }
        await server.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>For a host that ends without stopping, as when another service of it cannot start.</summary>
    public ValueTask DisposeAsync() => accessor.ServerOrNull?.DisposeAsync() ?? ValueTask.CompletedTask;

    // A host may be disposed of either way; one that can only do the other throws.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
