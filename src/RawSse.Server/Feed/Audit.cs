using RawSse.Server.Channels;

namespace RawSse.Server.Feed;

/// <summary>
/// Compares each channel's last id with the store's from time to time, and so finds what was announced to nobody: a lost
/// message, an XADD without PUBLISH. Spread evenly, at a bounded rate.
/// </summary>
internal sealed class Audit(Feed feed)
{
    private long _lastMs;
    private double _credit;
    private int _scan;

    public void Tick()
    {
        int count = feed.Channels.Count;
        long elapsedMs = Math.Min(feed.NowMs - _lastMs, 1000);
        _lastMs = feed.NowMs;
        if (feed.Limits.AuditMs == 0 || count == 0)
            return;
        double perMs = Math.Min((double)count / feed.Limits.AuditMs, feed.Limits.AuditsPerSecond / 1000.0);
        _credit = Math.Min(count, _credit + (perMs * elapsedMs));
        for (; _credit >= 1; _credit--)
        {
            if (++_scan >= count)
                _scan = 0;
            Verify(feed.Channels[_scan]);
        }
    }

    public void OnVerified(Channel channel, bool isLast)
    {
        channel.IsVerifying = false;
        if (!isLast && !channel.IsClosed)
            feed.Repair(channel);
    }

    private void Verify(Channel channel)
    {
        // A hole is about to be read anyway.
        if (channel.Log is not { } log || channel.Hole is not null || channel.IsVerifying || !feed.Store.IsReachable(channel.Name))
            return;
        channel.IsVerifying = true;
        bool extendsExpiry = channel.HasForeignEvents;
        channel.HasForeignEvents = false;
        feed.Store.Verify(channel, log.LastId, extendsExpiry);
    }
}
