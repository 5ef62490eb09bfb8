using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StackExchange.Redis;

namespace RawSse.Samples.Publishers.DotNet;

/// <summary>Publishes events to whoever is subscribed at any RawSse node of this Redis.</summary>
internal sealed class EventPublisher(IDatabase redis)
{
    // What the nodes keep by default (--max-length, --ttl).
    private const int MaxLength = 10_000;
    private const long TtlMs = 24 * 3600 * 1000;

    // An idempotency key is no part of this sample: it would be a third key of the script, and live so long.
    private const long KeyMs = 5 * 60 * 1000;

    private static readonly string Script = ReadScript();

    // Redis knows a script by the hash of its bytes.
#pragma warning disable CA5350
    private static readonly byte[] ScriptHash = SHA1.HashData(Encoding.UTF8.GetBytes(Script));
#pragma warning restore CA5350

    /// <summary>
    /// One script reads the last id, adds the event and rings with both ids, so that nodes can pass the event on as it comes.
    /// </summary>
    /// <returns>the event's id</returns>
    public async Task<string> PublishAsync(string channel, string type, string data)
    {
        RedisKey[] keys = [Stream(channel)];
        RedisValue[] values = [type, data, PubSubChannel(channel), MaxLength, TtlMs, "PUBLISH", KeyMs];
        RedisResult reply;
        try
        {
            reply = await redis.ScriptEvaluateAsync(ScriptHash, keys, values);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // It was never told, or restarted since: the text itself, once.
            reply = await redis.ScriptEvaluateAsync(Script, keys, values);
        }
        return (string)((RedisResult[])reply)[0];
    }

    /// <summary>
    /// The same by hand. The stream is what counts, the message only says that there is something to read: if we end between
    /// the two, nodes find the event by themselves within some seconds.
    /// </summary>
    /// <returns>the event's id</returns>
    public async Task<string> PublishPlainAsync(string channel, string type, string data)
    {
        // By their names: this version of the client is older than streams.
        string id = (string)await redis.ExecuteAsync("XADD", Stream(channel), "MAXLEN", "~", MaxLength, "*", "type", type, "data", data);
        await redis.ExecuteAsync("PEXPIRE", Stream(channel), TtlMs);
        var bell = new RedisChannel(PubSubChannel(channel), RedisChannel.PatternMode.Literal);
        await redis.PublishAsync(bell, JsonSerializer.Serialize(new { id, type, data }));
        return id;
    }

    private static RedisKey Stream(string channel) => $"sse:{channel}";

    // Pub/Sub knows no databases, so any but 0 stands in the name.
    private string PubSubChannel(string channel) =>
        redis.Database == 0 ? $"sse:channel:{channel}" : $"sse:channel:{redis.Database}:{channel}";

    private static string ReadScript()
    {
        using var reader = new StreamReader(typeof(EventPublisher).Assembly.GetManifestResourceStream("publish.lua")!);
        return reader.ReadToEnd();
    }
}
