using System.Collections.Concurrent;
using RawSse.Server.Transport;

namespace RawSse.Server.Shards;

/// <summary>
/// Counts connections of the node and of each address. A few over the limit are let in to be told so: their requests get
/// a refusal, health excepted. Any thread.
/// </summary>
internal sealed class ConnectionLimits(int connectionsMax, int perAddressMax)
{
    /// <summary>Connections over a limit that are let in to be refused properly.</summary>
    public const int RefusedAtOnceMax = 64;

    /// <summary>Connections of the admin listener beyond those.</summary>
    public const int AdminAtOnceMax = 32;

    private readonly ConcurrentDictionary<UInt128, int> _byAddress = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public int ConnectionsMax { get; } = connectionsMax;

    public bool IsFull => Count >= ConnectionsMax;

    /// <summary>Counts a connection in. False: not even a refusal can be afforded.</summary>
    /// <param name="isAdmin">on the admin listener: room is kept for it, so that a flood does not make a node look dead</param>
    public bool TryAdmit(in PeerAddress peer, out RefusalReason refusal, out bool isCountedByAddress, bool isAdmin = false)
    {
        refusal = RefusalReason.None;
        isCountedByAddress = false;
        int count = Interlocked.Increment(ref _count);
        if (count > ConnectionsMax + RefusedAtOnceMax + (isAdmin ? AdminAtOnceMax : 0))
        {
            Interlocked.Decrement(ref _count);
            return false;
        }
        if (isAdmin)
            return true;
        if (count > ConnectionsMax)
            refusal = RefusalReason.Full;
        if (perAddressMax == 0)
            return true;
        isCountedByAddress = true;
        int fromAddress = _byAddress.AddOrUpdate(peer.Address, 1, static (_, connections) => connections + 1);
        if (fromAddress > perAddressMax + RefusedAtOnceMax)
        {
            Release(peer, true);
            return false;
        }
        if (fromAddress > perAddressMax)
            refusal = RefusalReason.Address;
        return true;
    }

    public void Release(in PeerAddress peer, bool isCountedByAddress)
    {
        Interlocked.Decrement(ref _count);
        if (!isCountedByAddress)
            return;
        int left = _byAddress.AddOrUpdate(peer.Address, 0, static (_, connections) => connections - 1);
        if (left <= 0)
            _byAddress.TryRemove(new KeyValuePair<UInt128, int>(peer.Address, left));
    }
}
