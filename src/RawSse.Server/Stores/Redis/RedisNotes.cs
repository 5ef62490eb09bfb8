using System.Text;
using RawSse.Protocol.Ids;
using RawSse.Server.Shards;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// What the stores of a node write to its log, each kind at a bounded rate, since what happens to one channel or link often
/// happens to all. Any thread.
/// </summary>
internal sealed class RedisNotes(TimeProvider clock, NodeLog log)
{
    private const int CharsMax = 200;

    private readonly NoteThrottle _up = new(clock);
    private readonly NoteThrottle _away = new(clock);
    private readonly NoteThrottle _lost = new(clock);
    private readonly NoteThrottle _errors = new(clock);
    private readonly NoteThrottle _skipped = new(clock);

    public void Up(RedisServerInfo info)
    {
        if (_up.MayWrite(out _))
            log.RedisUp(info.Endpoint.ToString(), info.Version.ToString(), info.Protocol);
    }

    public void Lost(RedisLink link, string reason)
    {
        if (_lost.MayWrite(out long left))
            log.RedisLost(link.Info?.Endpoint.ToString() ?? "", reason, left);
    }

    public void Away(string problem)
    {
        if (_away.MayWrite(out _))
            log.RedisAway(problem);
    }

    public void Advice(RedisEndpoint server, string advice) => log.RedisAdvice(server.ToString(), advice);

    public void Unknown(RedisEndpoint server, string parameter) => log.RedisUnknown(server.ToString(), parameter);

    public void Error(ReadOnlySpan<byte> text, ChannelName? channel)
    {
        if (_errors.MayWrite(out long left))
            log.RedisError(Encoding.UTF8.GetString(text[..Math.Min(text.Length, CharsMax)]), channel?.ToString() ?? "", left);
    }

    public void Skipped(ChannelName channel, EventId id, string problem)
    {
        if (_skipped.MayWrite(out long left))
            log.RedisSkipped(id.ToString(), channel.ToString(), problem, left);
    }
}
