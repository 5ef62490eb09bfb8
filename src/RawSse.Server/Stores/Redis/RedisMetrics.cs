namespace RawSse.Server.Stores.Redis;

/// <summary>Counts of one Redis store. Written by its shard, read by any thread.</summary>
internal sealed class RedisMetrics
{
    /// <summary>Live messages received, for channels that are open or not.</summary>
    public long Messages;

    /// <summary>Stored entries that can be no event, and were skipped.</summary>
    public long Skipped;

    /// <summary>Connections that were lost.</summary>
    public long LinksLost;

    /// <summary>Times that every opened channel of a server was to be looked at again.</summary>
    public long Resumes;

    /// <summary>Publishes that were sent again, since Redis did not know the script or the slot had moved.</summary>
    public long Repeats;
}
