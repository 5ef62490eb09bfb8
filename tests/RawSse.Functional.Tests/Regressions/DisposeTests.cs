using RawSse.Functional.Tests.Support;

namespace RawSse.Functional.Tests.Regressions;

/// <summary>Whoever publishes while the server is being disposed waited for ever.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.OneAndThreeShards))]
public sealed class DisposeTests(Platform platform) : TransportFixture(platform)
{
    [Test]
    public async Task Publishes_under_way_end_when_the_server_is_disposed()
    {
        TestServer server = await StartAsync();
        using var started = new CountdownEvent(4);
        Task[] publishers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var under = new List<Task>();
            started.Signal();
            try
            {
                while (true)
                {
                    under.Add(server.Server.PublishAsync("news", "x").AsTask());
                    if (under.Count % 100 == 0) await Task.Yield();
                }
            }
            catch (ObjectDisposedException)
            {
                await Task.WhenAll(under).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }))];
        started.Wait(Patience.Limit);
        await server.Server.PublishAsync("news", "y");
        await server.Server.DisposeAsync();
        await Task.WhenAll(publishers).WaitAsync(Patience.Limit);
    }
}
