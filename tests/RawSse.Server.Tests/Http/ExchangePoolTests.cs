using RawSse.Server.Channels;
using RawSse.Server.Hosting;
using RawSse.Server.Http;
using RawSse.Server.Shards;
using RawSse.Server.Tests.Shards;

namespace RawSse.Server.Tests.Http;

/// <summary>What a connection's exchange leaves behind when the connection goes.</summary>
public sealed class ExchangePoolTests
{
    [Test]
    public void A_body_whose_publish_is_out_is_charged_no_longer_once_its_connection_is_gone()
    {
        using var transport = new NullTransport([], 1);
        Node node = NullNode.Make(new RawSseOptions { Shards = 1 }, transport);
        var pool = new ExchangePool(node);
        HttpExchange exchange = pool.Rent();
        exchange.Body.Write(new byte[100_000]);
        exchange.ChargeBody();
        exchange.IsPublishOut = true;
        pool.Return(exchange);
        exchange.IsPublishOut = false;
        Assert.That(node.Budget.UsedBy(MemoryKind.Request), Is.Zero);
    }
}
