using RawSse.Server.Shards;

namespace RawSse.Server.Http;

/// <summary>Exchanges of one shard: a connection has one only while it has a request.</summary>
internal sealed class ExchangePool(Node node)
{
    public const int KeptMax = 64;

    private readonly Stack<HttpExchange> _exchanges = new();

    public HttpExchange Rent() =>
        _exchanges.TryPop(out HttpExchange? exchange) ? exchange : new HttpExchange(node.Limits.MaxHeaderBytes, node.Budget);

    public void Return(HttpExchange exchange)
    {
        // A publish that is still out will come back to it: then it is left to the collector.
        if (exchange.IsPublishOut)
        {
            exchange.Abandon();
            return;
        }
        if (_exchanges.Count >= KeptMax)
        {
            exchange.Release();
            return;
        }
        exchange.Reset();
        _exchanges.Push(exchange);
    }
}
