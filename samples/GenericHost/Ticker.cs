using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RawSse.Server.Hosting;

namespace RawSse.Samples.GenericHost;

/// <summary>Publishes the time to the channel <c>ticks</c> once a second, for as long as the host runs.</summary>
internal sealed partial class Ticker(RawSseAccessor rawSse, ILogger<Ticker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Serving(logger, $"http://{rawSse.Server.Endpoints[0]}/events/ticks");
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            string now = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
            await rawSse.Server.PublishAsync("ticks", now, type: "tick", cancellationToken: stoppingToken);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Watch it: curl -N {Stream}")]
    private static partial void Serving(ILogger logger, string stream);
}
