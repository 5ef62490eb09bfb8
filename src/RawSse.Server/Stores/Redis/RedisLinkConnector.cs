using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Opens a link's connections, one after the other, until the link is disposed: finds the master, connects, gets in, hands the
/// connection to the shard, and begins again when the shard has let go of it. On the thread pool.
/// </summary>
internal sealed class RedisLinkConnector(
    RedisLink link, RedisSettings settings, IMasterLocator locator, Mailbox mailbox, TimeProvider clock)
{
    /// <summary>A connection that held so long counts as a success: after its loss the next attempt is made at once.</summary>
    public const int LastingMs = 2_000;

    private volatile string? _lastProblem;

    /// <summary>Why there is no connection. Any thread.</summary>
    public string? LastProblem
    {
        get => _lastProblem;
        set => _lastProblem = value;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = new RedisBackoff();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(backoff, stop).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Whatever went wrong, trying again is all that there is to do; the link says why it is not open.
                if (exception is RedisLinkException { IsRefused: true })
                    backoff.Refused();
                _lastProblem = RedisStream.Explain(exception);
            }

            await Task.Delay(backoff.Next(), clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection from its beginning to its end.</summary>
    private async Task ConnectAsync(RedisBackoff backoff, CancellationToken stop)
    {
        RedisEndpoint endpoint = await locator.LocateAsync(stop).ConfigureAwait(false);
        try
        {
            using RedisStream stream = await RedisStream.ConnectAsync(endpoint, settings, clock, stop).ConfigureAwait(false);
            RedisServerInfo info = await RedisHandshake.RunAsync(stream, endpoint, settings, locator.TakesAnyRole, clock, stop).ConfigureAwait(false);
            var connection = new RedisLinkConnection(link, stream, info, mailbox, clock);
            long openedAt = clock.GetTimestamp();
            mailbox.Post(new ActionItem(() => link.Open(connection)));
            await connection.RunAsync(stop).ConfigureAwait(false);
            if (clock.GetElapsedTime(openedAt).TotalMilliseconds >= LastingMs)
                backoff.Reset();
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            throw new RedisLinkException(
                $"{endpoint}: {RedisStream.Explain(exception)}", exception is RedisLinkException { IsRefused: true });
        }
    }
}
