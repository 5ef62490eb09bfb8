using RawSse.Server.Transport;

namespace RawSse.Server.Shards;

/// <summary>
/// Deadlines without a timer a connection: each tick looks at a slice of the table, so that the whole of it is seen about
/// once a second, and the work is spread.
/// </summary>
internal sealed class Timers(Shard shard)
{
    /// <summary>How long a lingering close waits for the peer's FIN.</summary>
    public const long LingeringCloseMs = 2000;

    /// <summary>What a lingering close reads before it gives up.</summary>
    public const int LingeringBytesMax = 256 << 10;

    /// <summary>What a subscriber may send after its request.</summary>
    public const int StreamInputBytesMax = 64 << 10;

    public const int TickMs = 100;

    /// <summary>Ticks to see the whole table.</summary>
    private const int Slices = 10;

    /// <summary>
    /// The longest sleep of a shard without connections: its channels and its store still age. A store elsewhere is to be looked
    /// at as often as ever, since other shards' publishes wait for it.
    /// </summary>
    private const int IdleWaitMs = 1000;

    private static ReadOnlySpan<byte> Heartbeat => ":\n\n"u8;

    private long _lastTickMs;
    private int _scan;

    public int Cap(int waitMsMax)
    {
        bool isIdle = shard.Connections.Count == 0 && !shard.Acceptor.IsPaused && shard.Feed.Store.IsLocal;
        int cap = isIdle ? IdleWaitMs : TickMs;
        return waitMsMax < 0 ? cap : Math.Min(waitMsMax, cap);
    }

    public void Tick()
    {
        long elapsedMs = shard.NowMs - _lastTickMs;
        if (elapsedMs < TickMs)
            return;
        _lastTickMs = shard.NowMs;
        int slices = shard.Node.IsClosing ? Slices : (int)Math.Min(Slices, elapsedMs / TickMs);
        int count = (shard.Connections.Slots * slices + Slices - 1) / Slices;
        for (; count > 0; count--)
        {
            if (++_scan >= shard.Connections.Slots)
                _scan = 0;
            Check(_scan);
        }
        shard.Feed.Tick(Slices);
        shard.Acceptor.Resume();
    }

    private void Check(int slot)
    {
        ref Connection connection = ref shard.Connections[slot];
        switch (connection.State)
        {
            case ConnectionState.Free:
                break;
            case ConnectionState.Streaming:
                CheckStream(slot);
                break;
            case ConnectionState.Lingering:
                if (shard.NowMs >= connection.DeadlineMs)
                    shard.Close(slot, connection.Reason);
                break;
            default:
                if (shard.NowMs >= connection.DeadlineMs)
                    TimeOut(slot);
                break;
        }
    }

    private static bool IsAway(in Connection connection)
    {
        if (connection.Stream is not { IsCombined: true } combined)
            return connection.View!.Channel.IsAway;
        foreach (ref readonly StreamMember member in combined.Members.AsSpan())
        {
            if (member.View.Channel.IsAway)
                return true;
        }
        return false;
    }

    private void TimeOut(int slot) => shard.Sockets.Guarded(shard.Connections.TokenOf(slot), () => shard.Requests.OnTimeout(slot));

    private void CheckStream(int slot)
    {
        ref Connection connection = ref shard.Connections[slot];
        if (connection.DeadlineMs != 0 && shard.NowMs >= connection.DeadlineMs)
        {
            shard.EndStream(slot, connection.Reason == CloseReason.None ? CloseReason.Lifetime : connection.Reason);
            return;
        }
        if (IsAway(connection))
        {
            shard.EndStream(slot, CloseReason.Store);
            return;
        }
        if (connection.Stream is { IsBlocked: true } blocked)
        {
            CheckBlocked(slot, blocked);
            return;
        }
        long heartbeatMs = shard.Node.Limits.HeartbeatMs;
        if (heartbeatMs != 0 && IdleMs(connection) >= PhaseOf(slot, heartbeatMs))
            SendHeartbeat(slot);
    }

    /// <summary>
    /// Closes a subscriber that takes nothing. A reader so slow that no room for a send came free may still be taking bytes
    /// from the kernel's queue: that counts.
    /// </summary>
    private void CheckBlocked(int slot, StreamState blocked)
    {
        int queued = shard.Transport.QueuedBytes(shard.Connections[slot].Handle);
        if (queued >= 0 && queued < blocked.QueuedBytes)
            blocked.BlockedSinceMs = shard.NowMs;
        blocked.QueuedBytes = queued;
        if (shard.NowMs - blocked.BlockedSinceMs >= shard.Node.Limits.SendTimeoutMs)
            shard.Close(slot, CloseReason.SendTimeout);
    }

    /// <summary>Heartbeats of streams that fell idle together come apart: 75–100 % of the interval, by slot.</summary>
    private static long PhaseOf(int slot, long heartbeatMs) => heartbeatMs - (heartbeatMs / 4 * ((slot * 37) & 63) / 64);

    private long IdleMs(in Connection connection)
    {
        if (connection.Stream is { } state)
            return shard.NowMs - state.SentAtMs;
        return (uint)shard.NowMs - connection.View![connection.SubscriberIndex].SentAtMs;
    }

    private void SendHeartbeat(int slot)
    {
        ref Connection connection = ref shard.Connections[slot];
        if (connection.Stream is { } state)
        {
            if (state.Pending.IsEmpty && !state.IsQueued)
                shard.Pump.SendOrKeep(slot, state, Heartbeat);
            return;
        }
        TransferResult result = shard.Transport.Send(connection.Handle, Heartbeat);
        if (result.Status == TransferStatus.Failed)
        {
            shard.Close(slot, CloseReason.Reset);
            return;
        }
        connection.View![connection.SubscriberIndex].SentAtMs = (uint)shard.NowMs;
        if (result.Count == Heartbeat.Length)
            return;
        connection.Stream = shard.Pump.RentState();
        connection.Stream.Pending.Write(Heartbeat[result.Count..]);
        shard.Pump.SetBlocked(slot, connection.Stream, true);
    }
}
