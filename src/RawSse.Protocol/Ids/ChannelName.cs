using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace RawSse.Protocol.Ids;

/// <summary>Why bytes are or are not a channel's name.</summary>
public enum ChannelNameStatus : byte
{
    /// <summary>They are.</summary>
    Ok,
    /// <summary>There are none.</summary>
    Empty,
    /// <summary>There are more than <see cref="ChannelName.BytesMax"/>.</summary>
    TooLong,
    /// <summary>They are not UTF-8.</summary>
    NotUtf8,
    /// <summary>They hold a control character (C0, DEL, C1), <c>{</c> or <c>}</c>.</summary>
    ForbiddenCharacter,
}

/// <summary>
/// A channel's name: 1 to <see cref="BytesMax"/> bytes of UTF-8 without control characters and braces, compared as bytes
/// (no case folding, no normalisation, no dot segments). Always valid, immutable, any thread.
/// </summary>
public sealed class ChannelName : IEquatable<ChannelName>
{
    /// <summary>Bytes of the longest name.</summary>
    public const int BytesMax = 200;

    private readonly byte[] _bytes;
    private readonly int _hash;

    private ChannelName(ReadOnlySpan<byte> valid)
    {
        _bytes = valid.ToArray();
        _hash = HashOf(valid);
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Checks bytes that are already percent-decoded.</summary>
    public static ChannelNameStatus Validate(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return ChannelNameStatus.Empty;
        if (utf8.Length > BytesMax)
            return ChannelNameStatus.TooLong;
        if (!Utf8.IsValid(utf8))
            return ChannelNameStatus.NotUtf8;
        return utf8.ContainsAny((byte)'{', (byte)'}') || ControlCharacters.Any(utf8)
            ? ChannelNameStatus.ForbiddenCharacter
            : ChannelNameStatus.Ok;
    }

    /// <summary>Copies the bytes into a name when <see cref="Validate"/> finds them good.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out ChannelName? name, out ChannelNameStatus status)
    {
        status = Validate(utf8);
        name = status == ChannelNameStatus.Ok ? new ChannelName(utf8) : null;
        return name is not null;
    }

    /// <summary>Order of the bytes, the same on every machine.</summary>
    public static int Compare(ChannelName a, ChannelName b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Bytes.SequenceCompareTo(b.Bytes);
    }

    public bool Equals(ChannelName? other) =>
        ReferenceEquals(this, other) || (other is not null && Equals(other._hash, other._bytes));

    public override bool Equals(object? obj) => Equals(obj as ChannelName);

    /// <summary>Computed once; seeded anew in each process, so that names cannot be chosen to collide.</summary>
    public override int GetHashCode() => _hash;

    public override string ToString() => Encoding.UTF8.GetString(_bytes);

    internal static int HashOf(ReadOnlySpan<byte> bytes)
    {
        HashCode hash = default;
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    private bool Equals(int hash, byte[] bytes) => _hash == hash && _bytes.AsSpan().SequenceEqual(bytes);
}
