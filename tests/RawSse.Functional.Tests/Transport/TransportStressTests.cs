using System.Net;
using System.Net.Sockets;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>Hundreds of echoing connections over two shards: a lost readiness would leave a client waiting for ever.</summary>
[TestFixture(TransportKind.Epoll)]
[TestFixture(TransportKind.Sockets)]
internal sealed class TransportStressTests(TransportKind kind)
{
    private const int Shards = 2;

    private ITransportFactory _factory = null!;
    private IPEndPoint _endpoint = null!;
    private List<EchoShard> _shards = null!;

    [SetUp]
    public void Start()
    {
        _factory = TransportFactories.Create(kind);
        _endpoint = _factory.Bind([new IPEndPoint(IPAddress.Loopback, 0)], Shards)[0];
        _shards = [.. Enumerable.Range(0, Shards).Select(shard => new EchoShard(_factory.Create(shard)))];
    }

    [TearDown]
    public void Stop()
    {
        _shards.ForEach(shard => shard.Dispose());
        _factory.Dispose();
        Assert.That(_shards.Select(shard => shard.Failure), Has.All.Null);
    }

    [Test]
    public async Task Every_byte_comes_back_to_every_client()
    {
        int seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}: set it above to replay");
        using var deadline = new CancellationTokenSource(TransportHarness.Patience);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Echo(seed + i, deadline.Token)));
    }

    [Test]
    public async Task Clients_that_vanish_harm_nobody()
    {
        int seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}: set it above to replay");
        using var deadline = new CancellationTokenSource(TransportHarness.Patience);
        var vanishing = Enumerable.Range(0, 300).Select(i => Vanish(new Random(seed + i), deadline.Token));
        var echoing = Enumerable.Range(0, 30).Select(i => Echo(seed + i, deadline.Token));
        await Task.WhenAll(vanishing.Concat(echoing));
    }

    private async Task Echo(int seed, CancellationToken cancellation)
    {
        await Task.Yield();
        var random = new Random(seed);
        using var client = await Connect(random, cancellation);
        int total = random.Next(1, 200_000);
        var reading = Task.Run(() => ReadPattern(client, seed, total, cancellation), cancellation);
        byte[] chunk = new byte[40_000];
        for (int sent = 0; sent < total;)
        {
            int length = Math.Min(total - sent, random.Next(1, chunk.Length));
            Pattern.Fill(chunk.AsSpan(0, length), sent, seed);
            for (int done = 0; done < length;)
                done += await client.SendAsync(chunk.AsMemory(done, length - done), cancellation);
            sent += length;
        }

        await reading;
        client.Shutdown(SocketShutdown.Send);
        Assert.That(await client.ReceiveAsync(chunk.AsMemory(), cancellation), Is.Zero, "the FIN is answered");
    }

    private async Task Vanish(Random random, CancellationToken cancellation)
    {
        await Task.Yield();
        using var client = await Connect(random, cancellation);
        byte[] chunk = new byte[random.Next(1, 100_000)];
        await client.SendAsync(chunk.AsMemory(), cancellation);
        if (random.Next(2) == 0)
            client.LingerState = new LingerOption(true, 0);
        client.Close();
    }

    private async Task<Socket> Connect(Random random, CancellationToken cancellation)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.ReceiveBufferSize = random.Next(4096, 100_000);
        await client.ConnectAsync(_endpoint, cancellation);
        return client;
    }

    private static async Task ReadPattern(Socket client, int seed, int total, CancellationToken cancellation)
    {
        byte[] buffer = new byte[10_000];
        for (int position = 0; position < total;)
        {
            int received = await client.ReceiveAsync(buffer.AsMemory(), cancellation);
            Assert.That(received, Is.GreaterThan(0), $"the stream ended at {position} of {total}, seed {seed}");
            for (int i = 0; i < received; i++, position++)
            {
                if (buffer[i] != Pattern.At(position, seed))
                    Assert.Fail($"wrong byte at {position} of {total}, seed {seed}");
            }
        }
    }
}
