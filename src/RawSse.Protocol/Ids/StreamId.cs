using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RawSse.Protocol.Ids;

/// <summary>
/// The id of a stream of several channels, from which all of them resume: <c>v1.FINGERPRINT,ID,ID…</c>, one
/// <c>MILLISECONDS[.SEQUENCE]</c> for each channel in the bytewise order of the names (the sequence is left out when 0).
/// Numbers are in base 64 (<see cref="CompactNumber"/>), so only <c>A-Z a-z 0-9 . _ ~ ,</c> occur and a cross-origin
/// reconnect needs no preflight. It starts with a letter, so it is never a plain <see cref="EventId"/>. Any thread.
/// </summary>
public static class StreamId
{
    /// <summary>Channels of one stream at most, so that its id always fits a request's head.</summary>
    public const int ChannelsMax = 256;

    /// <summary>What <see cref="BytesMax"/> gives for <see cref="ChannelsMax"/>.</summary>
    public const int TextBytesMax = PrefixBytesMax + (ChannelsMax * IdBytesMax);

    private const int PrefixBytesMax = 3 + CompactNumber.BytesMax;
    private const int IdBytesMax = 2 + (2 * CompactNumber.BytesMax);
    private const int NameLengthBytes = 4;

    private static ReadOnlySpan<byte> Version => "v1."u8;

    /// <summary>
    /// Tells one set of channels from another: the first 8 bytes of SHA-256 over each name's length (4 bytes) and bytes, all
    /// big-endian. The same on every machine and in every version, since ids outlive both. Not a secret.
    /// </summary>
    /// <exception cref="ArgumentException">names that do not strictly ascend by <see cref="ChannelName.Compare"/></exception>
    public static ulong Fingerprint(ReadOnlySpan<ChannelName> sortedNames)
    {
        byte[] input = ArrayPool<byte>.Shared.Rent(Math.Max(1, sortedNames.Length * (NameLengthBytes + ChannelName.BytesMax)));
        int length = 0;
        for (int i = 0; i < sortedNames.Length; i++)
        {
            if (i > 0 && ChannelName.Compare(sortedNames[i - 1], sortedNames[i]) >= 0)
                throw new ArgumentException("The names must ascend, each once.", nameof(sortedNames));

            ReadOnlySpan<byte> name = sortedNames[i].Bytes;
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(length), name.Length);
            name.CopyTo(input.AsSpan(length + NameLengthBytes));
            length += NameLengthBytes + name.Length;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input.AsSpan(0, length), digest);
        ArrayPool<byte>.Shared.Return(input);
        return BinaryPrimitives.ReadUInt64BigEndian(digest);
    }

    /// <summary>Room that <see cref="Format"/> needs for so many channels.</summary>
    public static int BytesMax(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, ChannelsMax);
        return PrefixBytesMax + (channels * IdBytesMax);
    }

    /// <summary>
    /// Writes the id and returns its length. What it leaves behind that length means nothing. A few ns a channel: it runs
    /// for each event and subscriber of several channels.
    /// </summary>
    /// <exception cref="ArgumentException">less room than <see cref="BytesMax"/></exception>
    public static int Format(Span<byte> destination, ulong fingerprint, ReadOnlySpan<EventId> ids)
    {
        if (destination.Length < BytesMax(ids.Length))
            throw new ArgumentException("Less room than BytesMax says.", nameof(destination));

        int length = WritePrefix(destination, fingerprint);
        foreach (EventId id in ids)
        {
            destination[length++] = (byte)',';
            length += CompactNumber.Write(destination[length..], id.Milliseconds);
            if (id.Sequence == 0)
                continue;
            destination[length++] = (byte)'.';
            length += CompactNumber.Write(destination[length..], id.Sequence);
        }

        return length;
    }

    /// <summary>
    /// Reads an id made for this set into <paramref name="ids"/>, whose length is the number of channels. False, and
    /// <paramref name="ids"/> means nothing, for anything that <see cref="Format"/> would not have written: unreadable,
    /// another version, another set, another count.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ulong fingerprint, Span<EventId> ids)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytesMax];
        prefix = prefix[..WritePrefix(prefix, fingerprint)];
        if (!text.StartsWith(prefix))
            return false;

        ReadOnlySpan<byte> rest = text[prefix.Length..];
        foreach (ref EventId id in ids)
        {
            if (rest.IsEmpty || rest[0] != ',')
                return false;
            rest = rest[1..];
            int end = rest.IndexOf((byte)',');
            if (end < 0)
                end = rest.Length;
            if (!TryParseOne(rest[..end], out id))
                return false;
            rest = rest[end..];
        }

        return rest.IsEmpty;
    }

    private static int WritePrefix(Span<byte> destination, ulong fingerprint)
    {
        Version.CopyTo(destination);
        return Version.Length + CompactNumber.Write(destination[Version.Length..], fingerprint);
    }

    private static bool TryParseOne(ReadOnlySpan<byte> text, out EventId id)
    {
        id = EventId.Zero;
        ulong sequence = 0;
        int dot = text.IndexOf((byte)'.');
        if (dot >= 0 && (!CompactNumber.TryParse(text[(dot + 1)..], out sequence) || sequence == 0))
            return false;
        if (!CompactNumber.TryParse(dot >= 0 ? text[..dot] : text, out ulong milliseconds))
            return false;
        id = new EventId(milliseconds, sequence);
        return true;
    }
}
