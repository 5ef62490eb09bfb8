using System.Net;
using System.Net.Sockets;
using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>A closed connection whose last bytes nobody takes does not keep its socket for ever.</summary>
internal sealed class SocketsLingeringTests
{
    [Test]
    public void A_peer_that_takes_nothing_is_reset_when_its_time_is_over()
    {
        var time = new SteppedTimers();
        using var factory = new SocketsTransportFactory(time);
        var endpoint = factory.Bind([new IPEndPoint(IPAddress.Loopback, 0)], shards: 1)[0];
        using var transport = factory.Create(0);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.ReceiveBufferSize = 8192;
        client.Connect(endpoint);
        int handle;
        while (transport.Accept(0, out handle, out _) != AcceptStatus.Accepted)
            transport.Poll(new TransportEvent[4], -1);
        byte[] chunk = new byte[64 << 10];
        while (transport.Send(handle, chunk).Status == TransferStatus.Done)
        {
            // until it blocks
        }

        transport.Close(handle, reset: false);
        Assert.That(time.Due, Is.EqualTo([SocketsLingering.LingerMax]));
        time.FireAll();
        Assert.That(() => ReadToEnd(client), Throws.TypeOf<SocketException>());
        Assert.That(time.Due, Is.Empty);
    }

    private static void ReadToEnd(Socket client)
    {
        client.ReceiveTimeout = (int)TransportHarness.Patience.TotalMilliseconds;
        byte[] buffer = new byte[64 << 10];
        while (client.Receive(buffer) > 0)
        {
            // on to the end
        }
    }

    /// <summary>Timers that run when told.</summary>
    private sealed class SteppedTimers : TimeProvider
    {
        private readonly List<Timer> _timers = [];

        public IEnumerable<TimeSpan> Due => _timers.Select(timer => timer.Due);

        public void FireAll() => _timers.ToList().ForEach(timer => timer.Callback());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, dueTime, () => callback(state));
            _timers.Add(timer);
            return timer;
        }

        private sealed record Timer(SteppedTimers Owner, TimeSpan Due, Action Callback) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => false;

            public void Dispose() => Owner._timers.Remove(this);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
