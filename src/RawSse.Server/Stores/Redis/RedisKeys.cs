using System.Globalization;
using System.Text;
using RawSse.Protocol.Ids;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// The names that Redis sees (contract §4). One kind of name is <c>prefix + channel + suffix</c>; the parts are encoded once,
/// and a name is put together in memory of the caller. Immutable, any thread.
/// </summary>
internal sealed class RedisKeys
{
    public const int PrefixBytesMax = 64;

    /// <summary>Bytes that hold any of the names: of the longest, an idempotency key of escaped bytes.</summary>
    public const int BytesMax = 768;

    /// <summary>Bytes of an idempotency key as the HTTP side hands it on.</summary>
    public const int KeyBytesMax = 160;

    private readonly byte[] _stream;
    private readonly byte[] _pubSub;
    private readonly byte[] _idempotency;
    private readonly byte[] _suffix;

    /// <param name="prefix">one that <see cref="IsPrefix"/> takes</param>
    /// <param name="hasTags">braces around the channel</param>
    /// <param name="database">Pub/Sub knows no databases, so any but 0 stands in the name of the Pub/Sub channel</param>
    public RedisKeys(string prefix, bool hasTags, int database)
    {
        if (!IsPrefix(prefix))
            throw new ArgumentException("not a prefix", nameof(prefix));
        string brace = hasTags ? "{" : "";
        string bare = prefix.EndsWith(':') ? prefix[..^1] : prefix;
        _stream = Encoding.UTF8.GetBytes($"{prefix}{brace}");
        _pubSub = Encoding.UTF8.GetBytes(database == 0 ? $"{prefix}channel:{brace}" : $"{prefix}channel:{database}:{brace}");
        _idempotency = Encoding.UTF8.GetBytes($"{bare}-idem:{brace}");
        _suffix = hasTags ? "}"u8.ToArray() : [];
    }

    /// <summary>1 to <see cref="PrefixBytesMax"/> bytes of printable characters, without braces and spaces.</summary>
    public static bool IsPrefix(string? prefix)
    {
        if (string.IsNullOrEmpty(prefix) || Encoding.UTF8.GetByteCount(prefix) > PrefixBytesMax)
            return false;
        // Half of a surrogate pair is read as U+FFFD, and no one else would write that.
        return prefix.EnumerateRunes().All(rune => IsPrintable(rune) && rune.Value is not ('{' or '}' or 0xFFFD));
    }

    /// <summary>E.g. <c>sse:news</c>, written to the start of <paramref name="buffer"/>.</summary>
    /// <param name="channel">its name</param>
    /// <param name="buffer">at least <see cref="BytesMax"/> bytes</param>
    public ReadOnlySpan<byte> Stream(scoped ReadOnlySpan<byte> channel, Span<byte> buffer) => Join(_stream, channel, buffer);

    /// <summary>E.g. <c>sse:channel:news</c>.</summary>
    /// <inheritdoc cref="Stream"/>
    public ReadOnlySpan<byte> PubSubChannel(scoped ReadOnlySpan<byte> channel, Span<byte> buffer) => Join(_pubSub, channel, buffer);

    /// <summary>
    /// E.g. <c>sse-idem:news:KEY</c>. A colon of the key is written <c>%3A</c>, a percent sign <c>%25</c>: as names may have colons,
    /// key <c>b:c</c> of channel <c>a</c> would else be key <c>c</c> of channel <c>a:b</c>.
    /// </summary>
    /// <param name="channel">its name</param>
    /// <param name="key">1 to <see cref="KeyBytesMax"/> bytes</param>
    /// <param name="buffer">at least <see cref="BytesMax"/> bytes</param>
    public ReadOnlySpan<byte> IdempotencyKey(scoped ReadOnlySpan<byte> channel, scoped ReadOnlySpan<byte> key, Span<byte> buffer)
    {
        int length = Join(_idempotency, channel, buffer).Length;
        buffer[length++] = (byte)':';
        foreach (byte value in key)
        {
            if (value is (byte)':' or (byte)'%')
            {
                (value == ':' ? "%3A"u8 : "%25"u8).CopyTo(buffer[length..]);
                length += 3;
            }
            else
                buffer[length++] = value;
        }
        return buffer[..length];
    }

    /// <summary>
    /// The way back from <see cref="PubSubChannel"/>; false for what is none of ours. Whether it is a valid name remains to be
    /// seen.
    /// </summary>
    public bool TryGetChannel(ReadOnlySpan<byte> pubSubChannel, out ReadOnlySpan<byte> channel)
    {
        channel = default;
        int length = pubSubChannel.Length - _pubSub.Length - _suffix.Length;
        if (length is < 1 or > ChannelName.BytesMax || !pubSubChannel.StartsWith(_pubSub) || !pubSubChannel.EndsWith(_suffix))
            return false;
        channel = pubSubChannel.Slice(_pubSub.Length, length);
        return true;
    }

    /// <summary>
    /// What to PSUBSCRIBE to for the channels that a glob matches. Characters of the prefix that mean something in a glob are
    /// escaped.
    /// </summary>
    public byte[] PubSubPattern(ReadOnlySpan<byte> glob)
    {
        var pattern = new List<byte>();
        foreach (byte value in _pubSub)
        {
            if (@"*?[]\^-"u8.Contains(value))
                pattern.Add((byte)'\\');
            pattern.Add(value);
        }
        return [.. pattern, .. glob, .. _suffix];
    }

    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> prefix, scoped ReadOnlySpan<byte> channel, Span<byte> buffer)
    {
        prefix.CopyTo(buffer);
        int length = prefix.Length;
        channel.CopyTo(buffer[length..]);
        length += channel.Length;
        _suffix.CopyTo(buffer[length..]);
        return buffer[..(length + _suffix.Length)];
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => false,
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        _ => true,
    };
}
