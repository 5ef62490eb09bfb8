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

    [LoggerMessage(30, LogLevel.Information, "Redis {Version} at {Server} is up, by RESP{Protocol}.")]
    private static partial void RedisUp(ILogger logger, string server, string version, int protocol);

    [LoggerMessage(31, LogLevel.Warning, "A connection to Redis at {Server} was lost: {Reason}; connecting anew.{More}")]
    private static partial void RedisLost(ILogger logger, string server, string reason, string more);

    [LoggerMessage(32, LogLevel.Warning, "Redis answered {Error} (channel {Channel}).{More}")]
    private static partial void RedisError(ILogger logger, string error, string channel, string more);

    [LoggerMessage(33, LogLevel.Warning, "Entry {Id} of channel {Channel} can be no event and is skipped: {Problem}.{More}")]
    private static partial void RedisSkipped(ILogger logger, string id, string channel, string problem, string more);

    [LoggerMessage(36, LogLevel.Warning, "Redis cannot be used: {Problem}. Trying again.")]
    private static partial void RedisAway(ILogger logger, string problem);

    [LoggerMessage(34, LogLevel.Warning, "Redis at {Server}: {Advice}")]
    private static partial void RedisAdvice(ILogger logger, string server, string advice);

    [LoggerMessage(35, LogLevel.Information, "Redis at {Server} does not tell its {Parameter}; it was not checked.")]
    private static partial void RedisUnknown(ILogger logger, string server, string parameter);

    public void ConnectionBug(Exception exception, string peer) => ConnectionBug(logger, exception, peer);

    public void ShardFailed(Exception exception, int shard) => ShardFailed(logger, exception, shard);

    public void OutOfDescriptors() => OutOfDescriptors(logger);

    public void Draining(TimeSpan delay, TimeSpan over) => Draining(logger, delay.TotalMilliseconds, over.TotalMilliseconds);

    public void Drained(int left) => Drained(logger, left);

    public void RedisAway(string problem) => RedisAway(logger, problem);

    public void RedisUp(string server, string version, int protocol) => RedisUp(logger, server, version, protocol);

    public void RedisLost(string server, string reason, long left) => RedisLost(logger, server, reason, More(left));

    public void RedisError(string error, string channel, long left) => RedisError(logger, error, channel, More(left));

    public void RedisSkipped(string id, string channel, string problem, long left) => RedisSkipped(logger, id, channel, problem, More(left));

    public void RedisUnknown(string server, string parameter) => RedisUnknown(logger, server, parameter);

    public void RedisAdvice(string server, string advice) => RedisAdvice(logger, server, advice);

    /// <summary>What became of lines like this one since the last.</summary>
    private static string More(long left) => left == 0 ? "" : $" ({left} lines like this were left out.)";
}
