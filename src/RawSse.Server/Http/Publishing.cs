using RawSse.Protocol.Http;
using RawSse.Protocol.Ids;
using RawSse.Server.Shards;
using RawSse.Server.Stores;

namespace RawSse.Server.Http;

/// <summary>Takes POST /events/{channel}: the body is the event's data. Bulk publishes go to <see cref="BulkPublish"/>.</summary>
internal sealed class Publishing(Shard shard)
{
    /// <summary>Publishes of one shard's connections that are with the feeds.</summary>
    public const int InFlightMax = 4096;

    private readonly byte[] _name = new byte[ChannelName.BytesMax];

    public HandlerResult OnHead(int slot, HttpExchange exchange, ListenerPolicy listener, ReadOnlySpan<byte> encodedName, bool isNamed)
    {
        HttpRequestParser parser = exchange.Parser;
        if (CheckSender(parser, listener) is { } problem)
            return Fail(exchange, problem);
        if (parser.ContentLength < 0 && !parser.IsChunked)
        {
            // What follows might be the body of a sender that forgot to say so.
            exchange.CloseAfter = CloseReason.BadRequest;
            return shard.Responses.Error(exchange, 411, "length_required", "send Content-Length or Transfer-Encoding: chunked");
        }
        if (parser.HasIdempotencyKey && PublishRules.CheckKey(parser.IdempotencyKey) is { } badKey)
            return Fail(exchange, badKey);
        HandlerResult result = isNamed ? StartSingle(exchange, encodedName) : StartBulk(slot, exchange);
        if (result == HandlerResult.NeedsBody && parser.ExpectContinue)
            exchange.Output.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
        return result;
    }

    /// <summary>The whole body is there.</summary>
    public HandlerResult OnBody(int slot, HttpExchange exchange)
    {
        ReadOnlySpan<byte> data = exchange.Body.Written;
        if (PublishRules.CheckData(exchange.Type.Written, data, shard.Node.Limits.MaxEventBytes) is { } problem)
            return Fail(exchange, problem);
        if (shard.PublishesInFlight >= InFlightMax)
            return shard.Responses.Refuse(exchange, RefusalReason.Busy, isStream: false);
        shard.PublishesInFlight++;
        exchange.IsPublishOut = true;
        exchange.Publish.Client = shard;
        exchange.Publish.Token = shard.Connections.TokenOf(slot);
        ReadOnlySpan<byte> channel = exchange.Channel.Written;
        exchange.Publish.Publish(shard.Node.FeedOf(channel), new NewEvent(channel, exchange.Type.Written, data), exchange.Parser.IdempotencyKey);
        return exchange.Phase == ExchangePhase.Answered ? HandlerResult.Answered : HandlerResult.Later;
    }

    /// <summary>The feed has answered.</summary>
    public void Finish(HttpExchange exchange)
    {
        exchange.IsPublishOut = false;
        AppendResult result = exchange.Publish.Result;
        switch (result.Status)
        {
            case AppendStatus.Stored or AppendStatus.Repeated:
                WriteId(exchange, result.Id);
                break;
            case AppendStatus.KeyConflict:
                shard.Responses.Error(exchange, 422, "idempotency_conflict", "this Idempotency-Key was used for other data; take another key");
                break;
            default:
                shard.Responses.Refuse(exchange, RefusalOf(result.Status), isStream: false);
                break;
        }
        exchange.Phase = ExchangePhase.Answered;
    }

    public static RefusalReason RefusalOf(AppendStatus status) => status switch
    {
        AppendStatus.OutOfMemory => RefusalReason.Memory,
        AppendStatus.Unavailable => RefusalReason.Store,
        AppendStatus.Busy => RefusalReason.Busy,
        _ => RefusalReason.Unconfirmed,
    };

    private HandlerResult StartSingle(HttpExchange exchange, ReadOnlySpan<byte> encodedName)
    {
        ReadOnlySpan<byte> channel = ChannelNames.Decode(encodedName, isQuery: false, _name, out string? badName);
        if (badName is not null)
            return shard.Responses.Error(exchange, 400, "bad_channel", badName);
        exchange.Channel.Write(channel);
        if (!ReadType(exchange))
            return shard.Responses.Error(exchange, 400, "bad_type", "the type's percent-encoding is broken: each % is followed by two hexadecimal digits");
        if (PublishRules.CheckType(exchange.Type.Written) is { } badType)
            return Fail(exchange, badType);
        if (CheckAccess(exchange, channel) is { } forbidden)
            return Fail(exchange, forbidden);
        exchange.Parser.BodyBytesMax = shard.Node.Limits.MaxEventBytes;
        if (exchange.Parser.ContentLength > shard.Node.Limits.MaxEventBytes)
            return Fail(exchange, PublishRules.TooLarge(shard.Node.Limits.MaxEventBytes));
        return HandlerResult.NeedsBody;
    }

    private HandlerResult StartBulk(int slot, HttpExchange exchange)
    {
        ReadOnlySpan<byte> contentType = exchange.Parser.ContentType;
        int parameters = contentType.IndexOf((byte)';');
        if (parameters >= 0)
            contentType = contentType[..parameters];
        if (!System.Text.Ascii.EqualsIgnoreCase(contentType.TrimEnd((byte)' '), "application/x-ndjson"u8))
        {
            return shard.Responses.Error(exchange, 415, "unsupported_media_type",
                "POST /events takes application/x-ndjson, one event a line; to publish one event POST to /events/{channel}");
        }
        exchange.Parser.BodyBytesMax = long.MaxValue;
        exchange.Bulk = new BulkPublish(shard, exchange, shard.Connections.TokenOf(slot));
        return HandlerResult.NeedsBody;
    }

    private static PublishRules.Problem? CheckSender(HttpRequestParser parser, ListenerPolicy listener)
    {
        if (parser.HasOrigin && !IsSameOrigin(parser.Origin, parser.Host))
            return new(403, "origin_not_allowed", "pages of other origins may not publish here");
        if (!listener.MayPublish)
            return new(403, "publish_not_allowed", "this listener is not loopback: publishing needs credentials, or --anonymous-publish");
        return null;
    }

    private PublishRules.Problem? CheckAccess(HttpExchange exchange, ReadOnlySpan<byte> channel) =>
        shard.Node.Access.Decide(AccessRight.Publish, channel, exchange.Parser.Authorization) == AccessDecision.Allow
            ? null
            : new(403, "forbidden", "you may not publish to this channel");

    /// <summary>The scheme may be https when something in front of us ends TLS.</summary>
    private static bool IsSameOrigin(ReadOnlySpan<byte> origin, ReadOnlySpan<byte> host)
    {
        ReadOnlySpan<byte> authority = origin.StartsWith("http://"u8) ? origin[7..] : origin.StartsWith("https://"u8) ? origin[8..] : [];
        return !host.IsEmpty && System.Text.Ascii.EqualsIgnoreCase(authority, host);
    }

    private static bool ReadType(HttpExchange exchange)
    {
        var query = new QueryReader(exchange.Parser.Query);
        while (query.TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
        {
            if (!name.SequenceEqual("type"u8))
                continue;
            exchange.Type.Clear();
            if (value.IsEmpty)
                continue;
            if (!PercentEncoding.TryDecode(value, plusIsSpace: true, exchange.Type.GetSpan(value.Length), out int written))
                return false;
            exchange.Type.Advance(written);
        }
        return true;
    }

    private void WriteId(HttpExchange exchange, EventId id)
    {
        Span<byte> body = stackalloc byte[EventId.TextBytesMax + 9];
        "{\"id\":\""u8.CopyTo(body);
        int length = 7 + id.Format(body[7..]);
        "\"}"u8.CopyTo(body[length..]);
        shard.Responses.Body(exchange, 200, "application/json"u8, body[..(length + 2)]);
    }

    private HandlerResult Fail(HttpExchange exchange, PublishRules.Problem problem) =>
        shard.Responses.Error(exchange, problem.Status, problem.Error, problem.Detail);
}
