using RawSse.Server.Transport;

namespace RawSse.Functional.Tests.Transport;

/// <summary>
/// A thread that sends back what it receives, by the rules of the seam: it waits for Readable only after a receive that
/// would block or that drained the socket, and for Writable only after a send that would block or was partial.
/// </summary>
internal sealed class EchoShard : IDisposable
{
    private readonly ITransport _transport;
    private readonly Thread _thread;
    private readonly Dictionary<ulong, Peer> _peers = [];
    private readonly byte[] _buffer = new byte[4096];
    private volatile bool _stopping;
    private uint _generation;

    public EchoShard(ITransport transport)
    {
        _transport = transport;
        _thread = new Thread(Run) { Name = "echo" };
        _thread.Start();
    }

    /// <summary>What ended the thread, if anything but <see cref="Dispose"/> did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Events whose connection had been closed already, in the same batch or by a bug.</summary>
    public int Stale { get; private set; }

    public int Closed { get; private set; }

    public void Dispose()
    {
        _stopping = true;
        _transport.Wake();
        _thread.Join();
        _transport.Dispose();
    }

    private void Run()
    {
        try
        {
            var events = new TransportEvent[7]; // few, so that one batch never holds all
            while (!_stopping)
            {
                int count = _transport.Poll(events, -1);
                foreach (var news in events.AsSpan(0, count))
                    Handle(news);
            }
        }
        catch (Exception failure)
        {
            Failure = failure;
        }
    }

    private void Handle(TransportEvent news)
    {
        if (news.Readiness.HasFlag(Readiness.Acceptable))
        {
            while (_transport.Accept((int)news.Token, out int handle, out _) == AcceptStatus.Accepted)
            {
                var peer = new Peer(handle, ((ulong)++_generation << 32) | (uint)handle);
                _peers.Add(peer.Token, peer);
                _transport.Register(handle, peer.Token);
            }
        }
        else if (_peers.TryGetValue(news.Token, out var peer))
        {
            if (news.Readiness.HasFlag(Readiness.Failed) || !Pump(peer, news.Readiness.HasFlag(Readiness.PeerClosed)))
                Close(peer);
        }
        else
        {
            Stale++;
        }
    }

    // False: over.
    private bool Pump(Peer peer, bool isPeerClosed)
    {
        peer.HasEnd |= isPeerClosed;
        bool isDrained = false;
        while (true)
        {
            while (peer.Unsent.Count > 0)
            {
                var result = _transport.Send(peer.Handle, peer.Unsent);
                if (result.Status == TransferStatus.Failed)
                    return false;
                if (result.Status == TransferStatus.WouldBlock)
                    return true;
                peer.Unsent = peer.Unsent[result.Count..];
                if (peer.Unsent.Count > 0)
                    return true; // partial: the same as a send that would block
            }

            if (isDrained && !peer.HasEnd)
                return true;
            var received = _transport.Receive(peer.Handle, _buffer);
            if (received.Status != TransferStatus.Done)
                return received.Status == TransferStatus.WouldBlock;
            isDrained = received.IsDrained;
            peer.Unsent = _buffer.AsSpan(0, received.Count).ToArray();
        }
    }

    private void Close(Peer peer)
    {
        _peers.Remove(peer.Token);
        _transport.Close(peer.Handle, reset: false);
        Closed++;
    }

    private sealed class Peer(int handle, ulong token)
    {
        public int Handle { get; } = handle;

        public ulong Token { get; } = token;

        public bool HasEnd { get; set; }

        public ArraySegment<byte> Unsent { get; set; } = ArraySegment<byte>.Empty;
    }
}
