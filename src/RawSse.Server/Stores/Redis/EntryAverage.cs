using RawSse.Server.Channels;

namespace RawSse.Server.Stores.Redis;

/// <summary>How large the entries are that are read, so that a read asks for about a page of them. One thread.</summary>
internal sealed class EntryAverage
{
    /// <summary>One of them is the entry that is read after.</summary>
    private const int EntriesMin = 4;

    private const int EntriesMax = 1000;

    /// <summary>The last read counts for so much.</summary>
    private const double Weight = 0.125;

    /// <summary>At first: 256 entries.</summary>
    private double _bytes = Page.BytesMax / 256.0;

    public int EntriesPerRead => (int)Math.Clamp(Page.BytesMax / _bytes, EntriesMin, EntriesMax);

    public void Add(int count, long bytes)
    {
        if (count > 0)
            _bytes += Weight * (((double)bytes / count) - _bytes);
    }
}
