using RawSse.Server.Transport;

namespace RawSse.Server.Shards;

/// <summary>Takes a shard's new connections, within the node's limits.</summary>
internal sealed class Acceptor(Shard shard)
{
    private const int AcceptsAtOnceMax = 64;
    private const long PauseMs = 100;

    private long _pausedUntilMs;

    public bool IsPaused => _pausedUntilMs != 0;

    public void Accept(int listener)
    {
        for (int i = 0; i < AcceptsAtOnceMax; i++)
        {
            AcceptStatus status = shard.Transport.Accept(listener, out int handle, out PeerAddress peer);
            if (status == AcceptStatus.WouldBlock)
                return;
            if (status == AcceptStatus.OutOfDescriptors)
            {
                shard.Node.Log.OutOfDescriptors();
                shard.Transport.PauseAccepting(true);
                _pausedUntilMs = shard.NowMs + PauseMs;
                return;
            }
            Admit(listener, handle, peer);
        }
    }

    public void Resume()
    {
        if (_pausedUntilMs == 0 || shard.NowMs < _pausedUntilMs)
            return;
        _pausedUntilMs = 0;
        shard.Transport.PauseAccepting(false);
    }

    private void Admit(int listener, int handle, in PeerAddress peer)
    {
        bool isAdmin = shard.Node.Listeners[listener].IsAdmin;
        if (!shard.Node.Connections.TryAdmit(peer, out RefusalReason refusal, out bool isCountedByAddress, isAdmin))
        {
            shard.Metrics.Refusals[(int)(refusal == RefusalReason.None ? RefusalReason.Full : refusal)]++;
            shard.Transport.Close(handle, reset: true);
            return;
        }
        int slot = shard.Connections.Rent();
        ref Connection connection = ref shard.Connections[slot];
        connection.Handle = handle;
        connection.Peer = peer;
        connection.Listener = (byte)listener;
        connection.Refusal = refusal;
        connection.IsCountedByAddress = isCountedByAddress;
        connection.State = ConnectionState.Http;
        connection.DeadlineMs = shard.NowMs + shard.Node.Limits.HeaderTimeoutMs;
        shard.Transport.Register(handle, shard.Connections.TokenOf(slot));
    }
}
