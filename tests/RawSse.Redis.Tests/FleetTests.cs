using RawSse.Redis.Tests.Support;

namespace RawSse.Redis.Tests;

/// <summary>The nodes and the proxies that the tests start do what the tests take for granted.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FleetTests
{
    [Test]
    public async Task The_proxy_sends_connections_to_each_node_and_to_none_that_is_dead()
    {
        await using Fleet fleet = await Fleet.StartAsync();
        for (int i = 0; i < 6; i++)
        {
            using RawClient client = await RawClient.ConnectAsync(fleet.Endpoint);
            Assert.That((await client.AskAsync(Request.Get("/healthz", "Connection: close"))).Status, Is.EqualTo(200));
        }
        await fleet.Nodes[0].KillAsync();
        await Patience.UntilAsync(async () =>
        {
            for (int i = 0; i < 4; i++)
            {
                using RawClient client = await RawClient.ConnectAsync(fleet.Endpoint);
                if ((await client.AskAsync(Request.Get("/healthz", "Connection: close"))).Status != 200) return false;
            }
            return true;
        }, "the proxy to know that a node is dead");
        await fleet.Nodes[0].RestartAsync();
        await fleet.Nodes[1].ShutDownAsync();
    }
}
