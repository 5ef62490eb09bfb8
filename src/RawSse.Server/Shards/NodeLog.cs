using Microsoft.Extensions.Logging;

namespace RawSse.Server.Shards;

/// <summary>What a node writes to its log: rare things only, never one line a delivery or connection.</summary>
internal sealed partial class NodeLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Error, "A bug closed the connection of {Peer}: this is ours to mend.")]
    private static partial void ConnectionBug(ILogger logger, Exception exception, string peer);

    [LoggerMessage(2, LogLevel.Critical, "Shard {Shard} failed; the process stops.")]
    private static partial void ShardFailed(ILogger logger, Exception exception, int shard);

    [LoggerMessage(3, LogLevel.Warning, "Out of file descriptors: accepting pauses. Raise the limit (ulimit -n) or lower --max-connections.")]
    private static partial void OutOfDescriptors(ILogger logger);

    [LoggerMessage(4, LogLevel.Information, "Draining: not ready any more; streams are closed after {DelayMs} ms, over {OverMs} ms.")]
    private static partial void Draining(ILogger logger, double delayMs, double overMs);

    [LoggerMessage(5, LogLevel.Information, "Drained; {Left} connections were left.")]
    private static partial void Drained(ILogger logger, int left);

    public void ConnectionBug(Exception exception, string peer) => ConnectionBug(logger, exception, peer);

    public void ShardFailed(Exception exception, int shard) => ShardFailed(logger, exception, shard);

    public void OutOfDescriptors() => OutOfDescriptors(logger);

    public void Draining(TimeSpan delay, TimeSpan over) => Draining(logger, delay.TotalMilliseconds, over.TotalMilliseconds);

    public void Drained(int left) => Drained(logger, left);
}
