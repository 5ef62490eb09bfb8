using RawSse.Server.Channels;
using RawSse.Server.Shards;

namespace RawSse.Server.Hosting;

/// <summary>Takes a node out of service in an orderly way.</summary>
internal sealed class Drainer(Node node)
{
    /// <summary>What closing connections get beyond the drain's time.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public async Task RunAsync(TimeSpan delay, TimeSpan over, CancellationToken cancellationToken)
    {
        node.IsDraining = true;
        node.Log.Draining(delay, over);
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, node.Clock, cancellationToken).ConfigureAwait(false);
        node.IsClosing = true;
        long overMs = (long)over.TotalMilliseconds;
        int unasked = node.Shards.Length;
        foreach (Shard shard in node.Shards)
        {
            shard.Mailbox.Post(new ActionItem(() =>
            {
                shard.CloseOver(overMs, CloseReason.Drain);
                Interlocked.Decrement(ref unasked);
            }));
        }
        long start = node.Clock.GetTimestamp();
        while (Volatile.Read(ref unasked) > 0 || (Open() > 0 && node.Clock.GetElapsedTime(start) < over + Grace))
            await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
        node.Log.Drained(Open());
    }

    /// <summary>Connections that still have something to do; those that only wait for the peer's FIN do not count.</summary>
    private int Open() => node.Connections.Count - (int)node.Shards.Sum(static shard => Volatile.Read(ref shard.Metrics.Lingering));
}
