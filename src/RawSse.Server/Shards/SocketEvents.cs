using RawSse.Server.Feed;
using RawSse.Server.Transport;

namespace RawSse.Server.Shards;

/// <summary>
/// What a shard does about a ready socket, by the state of its connection. Here stands the guard: an exception while one
/// connection is served is that connection's end, not the shard's.
/// </summary>
internal sealed class SocketEvents(Shard shard)
{
    private readonly Queue<ulong> _readable = new();
    private readonly Queue<ulong> _answered = new();
    private readonly byte[] _discard = new byte[16 << 10];

    /// <summary>Connections were not read until they would block, or have answers to be written.</summary>
    public bool HasWork => _readable.Count + _answered.Count > 0;

    public void Handle(TransportEvent ready)
    {
        if ((ready.Readiness & Readiness.Acceptable) != 0)
        {
            shard.Acceptor.Accept((int)ready.Token);
            return;
        }
        if (!shard.Connections.TryFind(ready.Token, out int slot))
            return;
        ref Connection connection = ref shard.Connections[slot];
        if ((ready.Readiness & Readiness.Failed) != 0)
        {
            shard.Close(slot, connection.State == ConnectionState.Lingering ? connection.Reason : CloseReason.Reset);
            return;
        }
        if ((ready.Readiness & Readiness.Writable) != 0)
            Guarded(slot, isWrite: true);
        if ((ready.Readiness & (Readiness.Readable | Readiness.PeerClosed)) != 0 && shard.Connections.TryFind(ready.Token, out slot))
            Guarded(slot, isWrite: false, hasEnd: (ready.Readiness & Readiness.PeerClosed) != 0);
    }

    /// <summary>More may be readable than was read in this turn.</summary>
    public void ReadLater(int slot)
    {
        ref Connection connection = ref shard.Connections[slot];
        connection.IsReadReady = true;
        if (connection.IsReadQueued)
            return;
        connection.IsReadQueued = true;
        _readable.Enqueue(shard.Connections.TokenOf(slot));
    }

    /// <summary>Reads on where reading stopped before it would block.</summary>
    public void ReadAgain()
    {
        for (int left = _readable.Count; left > 0; left--)
        {
            if (!shard.Connections.TryFind(_readable.Dequeue(), out int slot))
                continue;
            shard.Connections[slot].IsReadQueued = false;
            // An event that came meanwhile may have told of a FIN.
            if (shard.Connections[slot].IsReadReady)
                Guarded(slot, isWrite: false, hasEnd: true);
        }
    }

    /// <summary>A request of many publishes goes on once the turn has brought all the answers that it brings.</summary>
    public void RunLater(ulong token) => _answered.Enqueue(token);

    /// <summary>Goes on with the requests that were answered in this turn.</summary>
    public void RunAnswered()
    {
        for (int left = _answered.Count; left > 0; left--)
        {
            ulong token = _answered.Dequeue();
            if (!shard.Connections.TryFind(token, out int slot))
                continue;
            try
            {
                shard.Requests.RunQueued(slot);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                CloseForBug(token, exception);
            }
        }
    }

    /// <summary>Within a request's own turn its guard is enough; an answer that came by mailbox needs one.</summary>
    public void OnPublished(PublishRequest request)
    {
        try
        {
            shard.Requests.OnPublished(request);
        }
        catch (Exception exception) when (!shard.Requests.IsRunning && exception is not OutOfMemoryException)
        {
            CloseForBug(request.Token, exception);
        }
    }

    /// <summary>Does something for one connection outside of its own turn.</summary>
    public void Guarded(ulong token, Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            CloseForBug(token, exception);
        }
    }

    /// <summary>Reads and drops what a subscriber, or the peer of a closing connection, still sends.</summary>
    public void Discard(int slot)
    {
        ref Connection connection = ref shard.Connections[slot];
        bool isLingering = connection.State == ConnectionState.Lingering;
        while (true)
        {
            TransferResult result = shard.Transport.Receive(connection.Handle, _discard);
            if (result.Status == TransferStatus.WouldBlock)
                return;
            if (result.Status != TransferStatus.Done)
            {
                CloseReason end = result.Status == TransferStatus.Failed ? CloseReason.Reset : CloseReason.Client;
                shard.Close(slot, isLingering ? connection.Reason : end);
                return;
            }
            connection.Discarded += result.Count;
            if (connection.Discarded > (isLingering ? Timers.LingeringBytesMax : Timers.StreamInputBytesMax))
            {
                shard.Close(slot, isLingering ? connection.Reason : CloseReason.Flood);
                return;
            }
        }
    }

    private void Guarded(int slot, bool isWrite, bool hasEnd = false)
    {
        ulong token = shard.Connections.TokenOf(slot);
        try
        {
            if (isWrite)
                OnWritable(slot);
            else
                OnReadable(slot, hasEnd);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            CloseForBug(token, exception);
        }
    }

    private void OnWritable(int slot)
    {
        if (shard.Connections[slot].State == ConnectionState.Streaming)
            shard.Pump.OnWritable(slot);
        else if (shard.Connections[slot].State == ConnectionState.Http)
            shard.Requests.OnWritable(slot);
    }

    private void OnReadable(int slot, bool hasEnd)
    {
        ref Connection connection = ref shard.Connections[slot];
        connection.IsReadReady = false;
        if (connection.State is ConnectionState.Streaming or ConnectionState.Lingering or ConnectionState.Attaching)
            Discard(slot);
        else
            shard.Requests.OnReadable(slot, hasEnd);
    }

    private void CloseForBug(ulong token, Exception exception)
    {
        shard.Requests.OnBug();
        shard.Pump.OnBug();
        if (!shard.Connections.TryFind(token, out int slot))
            return;
        shard.Node.Log.ConnectionBug(exception, shard.Connections[slot].Peer.ToString());
        shard.Close(slot, CloseReason.Bug);
    }
}
