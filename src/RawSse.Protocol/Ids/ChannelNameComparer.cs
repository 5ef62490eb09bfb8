namespace RawSse.Protocol.Ids;

/// <summary>
/// Lets a dictionary keyed by <see cref="ChannelName"/> be asked with bytes, without making a name:
/// <c>dictionary.GetAlternateLookup&lt;ReadOnlySpan&lt;byte&gt;&gt;()</c>. Any thread.
/// </summary>
public sealed class ChannelNameComparer
    : IEqualityComparer<ChannelName>, IAlternateEqualityComparer<ReadOnlySpan<byte>, ChannelName>
{
    private ChannelNameComparer()
    {
    }

    public static ChannelNameComparer Instance { get; } = new();

    public bool Equals(ChannelName? x, ChannelName? y) => x is null ? y is null : x.Equals(y);

    public int GetHashCode(ChannelName obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return obj.GetHashCode();
    }

    public bool Equals(ReadOnlySpan<byte> alternate, ChannelName other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return alternate.SequenceEqual(other.Bytes);
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate) => ChannelName.HashOf(alternate);

    /// <summary>Called when an alternate lookup adds a key.</summary>
    /// <exception cref="ArgumentException">the bytes are not a name; validate them first</exception>
    public ChannelName Create(ReadOnlySpan<byte> alternate) =>
        ChannelName.TryCreate(alternate, out ChannelName? name, out ChannelNameStatus status)
            ? name
            : throw new ArgumentException($"Not a channel name: {status}.", nameof(alternate));
}
