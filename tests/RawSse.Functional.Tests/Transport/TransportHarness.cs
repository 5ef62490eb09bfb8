using System.Net;
using System.Net.Sockets;
using RawSse.Server.Hosting;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>One bound transport of one shard on a free loopback port, driven by the test's own thread.</summary>
internal sealed class TransportHarness : IDisposable
{
    /// <summary>What a test waits for arrives in microseconds; this long means that it never will.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ITransportFactory _factory;
    private readonly TransportEvent[] _events = new TransportEvent[64];
    private readonly Dictionary<ulong, Readiness> _seen = [];
    private ulong _nextToken = 1;

    public TransportHarness(TransportKind kind, string endpoint = "127.0.0.1:0")
    {
        _factory = TransportFactories.Create(kind);
        EndPoint = _factory.Bind([IPEndPoint.Parse(endpoint)], 1)[0];
        Transport = _factory.Create(0);
    }

    public IPEndPoint EndPoint { get; }

    public ITransport Transport { get; }

    /// <summary>All that was reported of <paramref name="token"/> since it was last forgotten.</summary>
    public Readiness Seen(ulong token) => _seen.GetValueOrDefault(token);

    public void Forget(ulong token) => _seen.Remove(token);

    /// <summary>Polls until <paramref name="reached"/>; fails the test when that takes beyond all patience.</summary>
    public void PollUntil(Func<bool> reached, string what) => PollUntil(reached, () => what);

    public void PollUntil(Func<bool> reached, Func<string> what)
    {
        long start = Environment.TickCount64;
        while (!reached())
        {
            if (Environment.TickCount64 - start > Patience.TotalMilliseconds)
                Assert.Fail($"in vain: {what()}");
            Poll(timeoutMs: 100);
        }
    }

    /// <summary>One poll; what it says is remembered.</summary>
    public int Poll(int timeoutMs)
    {
        int count = Transport.Poll(_events, timeoutMs);
        foreach (var news in _events.AsSpan(0, count))
        {
            ulong key = news.Readiness.HasFlag(Readiness.Acceptable) ? ulong.MaxValue - news.Token : news.Token;
            _seen[key] = _seen.GetValueOrDefault(key) | news.Readiness;
        }

        return count;
    }

    /// <summary>A wait that only a wake-up ends, unless it is lost.</summary>
    public void WaitForWake()
    {
        long start = Environment.TickCount64;
        Assert.That(Poll((int)Patience.TotalMilliseconds), Is.Zero);
        Assert.That(Environment.TickCount64 - start, Is.LessThan((long)Patience.TotalMilliseconds), "a wake-up was lost");
    }

    public void WaitFor(ulong token, Readiness readiness) =>
        PollUntil(() => (Seen(token) & readiness) == readiness, () => $"{readiness} of {token}, got {Seen(token)}");

    /// <summary>Accepts the connection that is on its way.</summary>
    public int Accept(out PeerAddress peer)
    {
        int handle = -1;
        PeerAddress accepted = default;
        PollUntil(() => Transport.Accept(0, out handle, out accepted) == AcceptStatus.Accepted, "a connection");
        peer = accepted;
        return handle;
    }

    /// <summary>A client, and the server's end of it, registered.</summary>
    public Pair Connect(Action<Socket>? tune = null)
    {
        var client = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        tune?.Invoke(client);
        client.Connect(EndPoint);
        client.ReceiveTimeout = client.SendTimeout = (int)Patience.TotalMilliseconds;
        var pair = new Pair(client, Accept(out _), _nextToken++);
        Transport.Register(pair.Handle, pair.Token);
        return pair;
    }

    /// <summary>Receives until it would block, ends or fails; the bytes go to <paramref name="into"/>.</summary>
    public TransferStatus Drain(int handle, List<byte> into, int step = 4096)
    {
        byte[] buffer = new byte[step];
        while (true)
        {
            var result = Transport.Receive(handle, buffer);
            if (result.Status != TransferStatus.Done)
                return result.Status;
            into.AddRange(buffer.AsSpan(0, result.Count));
        }
    }

    public void Dispose()
    {
        Transport.Dispose();
        _factory.Dispose();
    }

    internal sealed record Pair(Socket Client, int Handle, ulong Token) : IDisposable
    {
        public void Dispose() => Client.Dispose();
    }
}
