using System.Buffers.Text;
using RawSse.Protocol.Http;
using RawSse.Protocol.Ids;
using RawSse.Server.Console;
using RawSse.Server.Shards;

namespace RawSse.Server.Http;

/// <summary>Health, metrics, channels and the console page: what people and their tools look at.</summary>
internal sealed class AdminPages(Shard shard)
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1000;

    private static ReadOnlySpan<byte> Channels => "/channels"u8;

    public bool Serves(ReadOnlySpan<byte> path, ListenerPolicy listener)
    {
        if (path.SequenceEqual("/healthz"u8) || path.SequenceEqual("/readyz"u8))
            return true;
        if (path.SequenceEqual("/"u8))
            return listener.HasConsole;
        return listener.HasMetrics && (path.SequenceEqual("/metrics"u8) || IsChannels(path));
    }

    public HandlerResult Answer(int slot, HttpExchange exchange, ReadOnlySpan<byte> path)
    {
        if (path.SequenceEqual("/"u8))
            return shard.Responses.Body(exchange, 200, "text/html; charset=utf-8"u8, ConsolePage.Html, ConsolePage.Headers);
        if (path.SequenceEqual("/healthz"u8))
            return Status(exchange, "ok"u8);
        if (path.SequenceEqual("/readyz"u8))
            return NotReady() is { } reason ? shard.Responses.Refuse(exchange, reason, isStream: false) : Status(exchange, "ready"u8);
        if (path.SequenceEqual("/metrics"u8))
            return shard.Responses.Body(exchange, 200, "text/plain; version=0.0.4; charset=utf-8"u8, MetricsPage.Render(shard.Node));
        return path.Length > Channels.Length ? OneChannel(slot, exchange, path[(Channels.Length + 1)..]) : ManyChannels(slot, exchange);
    }

    private static bool IsChannels(ReadOnlySpan<byte> path) =>
        path.StartsWith(Channels) && (path.Length == Channels.Length || path[Channels.Length] == (byte)'/');

    private RefusalReason? NotReady()
    {
        if (shard.Node.IsDraining)
            return RefusalReason.Draining;
        if (!shard.Node.IsStoreUp)
            return RefusalReason.Store;
        return shard.Node.Connections.IsFull ? RefusalReason.Full : null;
    }

    private HandlerResult Status(HttpExchange exchange, ReadOnlySpan<byte> status) =>
        shard.Responses.Body(exchange, 200, "application/json"u8, [.. "{\"status\":\""u8, .. status, .. "\"}"u8]);

    private HandlerResult OneChannel(int slot, HttpExchange exchange, ReadOnlySpan<byte> encoded)
    {
        Span<byte> buffer = stackalloc byte[ChannelName.BytesMax];
        ReadOnlySpan<byte> name = ChannelNames.Decode(encoded, isQuery: false, buffer, out string? problem);
        if (problem is not null)
            return shard.Responses.Error(exchange, 400, "bad_channel", problem);
        return Ask(slot, exchange, new ChannelCensus(shard, name.ToArray()));
    }

    private HandlerResult ManyChannels(int slot, HttpExchange exchange)
    {
        byte[] prefix = [], after = [];
        int limit = LimitDefault;
        var query = new QueryReader(exchange.Parser.Query);
        while (query.TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            bool isPrefix = name.SequenceEqual("prefix"u8);
            if (isPrefix || name.SequenceEqual("after"u8))
            {
                byte[] decoded = new byte[value.Length];
                if (!PercentEncoding.TryDecode(value, plusIsSpace: true, decoded, out int length))
                    return shard.Responses.Error(exchange, 400, "bad_query", "the query's percent-encoding is broken");
                if (isPrefix)
                    prefix = decoded[..length];
                else
                    after = decoded[..length];
            }
            else if (name.SequenceEqual("limit"u8)
                && !(Utf8Parser.TryParse(value, out limit, out int used) && used == value.Length && limit is >= 1 and <= LimitMax))
            {
                return shard.Responses.Error(exchange, 400, "bad_limit", $"limit is the number of channels on a page, 1 to {LimitMax}");
            }
        }
        return Ask(slot, exchange, new ChannelCensus(shard, prefix, after, limit));
    }

    private HandlerResult Ask(int slot, HttpExchange exchange, ChannelCensus census)
    {
        exchange.Phase = ExchangePhase.Answering;
        census.Start(shard.Connections.TokenOf(slot));
        return HandlerResult.Later;
    }
}
