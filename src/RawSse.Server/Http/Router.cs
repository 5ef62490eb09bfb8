using RawSse.Protocol.Http;
using RawSse.Server.Shards;

namespace RawSse.Server.Http;

/// <summary>Finds who answers a request (contract §2). Runs when its head has been read.</summary>
internal sealed class Router(Shard shard)
{
    private static ReadOnlySpan<byte> AllowRead => "Allow: GET, HEAD, OPTIONS\r\n"u8;

    private static ReadOnlySpan<byte> AllowAll => "Allow: GET, HEAD, POST, OPTIONS\r\n"u8;

    private readonly StreamRequests _streams = new(shard);
    private readonly AdminPages _admin = new(shard);

    public Publishing Publishing { get; } = new(shard);

    public HandlerResult Route(int slot, HttpExchange exchange)
    {
        ref Connection connection = ref shard.Connections[slot];
        ListenerPolicy listener = shard.Node.Listeners[connection.Listener];
        ReadOnlySpan<byte> path = exchange.Parser.Path;
        // A body that nobody asked for is not read; the next request could not be found behind it.
        if (exchange.Parser.HasBody && exchange.Parser.Verb != HttpVerb.Post)
            exchange.CloseAfter = CloseReason.Done;
        bool isEvents = IsBelow(path, "/events"u8);
        // A connection over a limit is there to be told so, not to stay.
        if (connection.Refusal != RefusalReason.None)
            exchange.CloseAfter = CloseReason.Done;
        if (connection.Refusal != RefusalReason.None && !path.SequenceEqual("/healthz"u8) && !path.SequenceEqual("/readyz"u8))
            return shard.Responses.Refuse(exchange, connection.Refusal, isEvents && exchange.Parser.Verb != HttpVerb.Post);
        if (path.SequenceEqual("*"u8))
            return Options(exchange, AllowAll);
        if (isEvents && !listener.IsAdmin)
            return RouteEvents(slot, exchange, listener, path);
        if (!_admin.Serves(path, listener))
        {
            return shard.Responses.Error(exchange, 404, "not_found",
                "there is nothing here; streams are at /events/{channel}, and /metrics and /channels on the admin or a loopback listener");
        }
        return exchange.Parser.Verb switch
        {
            HttpVerb.Get or HttpVerb.Head => _admin.Answer(slot, exchange, path),
            HttpVerb.Options => Options(exchange, AllowRead),
            _ => NotAllowed(exchange, AllowRead),
        };
    }

    private HandlerResult RouteEvents(int slot, HttpExchange exchange, ListenerPolicy listener, ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = path.Length > "/events/"u8.Length ? path["/events/"u8.Length..] : [];
        bool isNamed = path.Length > "/events"u8.Length;
        return exchange.Parser.Verb switch
        {
            HttpVerb.Get or HttpVerb.Head => _streams.Answer(slot, exchange, name, isNamed),
            HttpVerb.Post => Publishing.OnHead(slot, exchange, listener, name, isNamed),
            HttpVerb.Options => Options(exchange, AllowAll),
            _ => NotAllowed(exchange, AllowAll),
        };
    }

    private HandlerResult Options(HttpExchange exchange, ReadOnlySpan<byte> allow) =>
        shard.Responses.Body(exchange, 204, [], [], allow);

    private HandlerResult NotAllowed(HttpExchange exchange, ReadOnlySpan<byte> allow)
    {
        if (exchange.Parser.Verb == HttpVerb.Other && !IsRegistered(exchange.Parser.Method))
            return shard.Responses.Error(exchange, 501, "unknown_method", "this method is not known here; use GET, HEAD, POST or OPTIONS");
        return shard.Responses.Error(exchange, 405, "method_not_allowed", "this method is not allowed here; see the Allow header", allow);
    }

    /// <summary>A method of RFC 9110 or 5789: known, but not for this resource.</summary>
    private static bool IsRegistered(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("PUT"u8) || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("PATCH"u8)
        || method.SequenceEqual("TRACE"u8) || method.SequenceEqual("CONNECT"u8) || method.SequenceEqual("POST"u8);

    private static bool IsBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> root) =>
        path.StartsWith(root) && (path.Length == root.Length || path[root.Length] == (byte)'/');
}
