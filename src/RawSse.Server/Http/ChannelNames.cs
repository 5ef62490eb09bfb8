using RawSse.Protocol.Http;
using RawSse.Protocol.Ids;

namespace RawSse.Server.Http;

/// <summary>Channel names as they stand in paths and queries.</summary>
internal static class ChannelNames
{
    /// <summary>Percent-decodes and checks a name; <paramref name="problem"/> is null when it is one.</summary>
    /// <param name="destination">at least <see cref="ChannelName.BytesMax"/> bytes</param>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> encoded, bool isQuery, Span<byte> destination, out string? problem)
    {
        problem = null;
        // Room for one byte too many tells a name that is too long from one that is badly encoded.
        Span<byte> decoded = stackalloc byte[Math.Min(encoded.Length, 8 << 10)];
        if (!PercentEncoding.TryDecode(encoded, isQuery, decoded, out int length))
        {
            problem = "the channel's percent-encoding is broken: each % is followed by two hexadecimal digits";
            return [];
        }
        problem = Describe(ChannelName.Validate(decoded[..length]));
        if (problem is not null)
            return [];
        decoded[..length].CopyTo(destination);
        return destination[..length];
    }

    public static string? Describe(ChannelNameStatus status) => status switch
    {
        ChannelNameStatus.Ok => null,
        ChannelNameStatus.Empty => "a channel name is missing: it has 1 to 200 bytes",
        ChannelNameStatus.TooLong => "the channel name is too long: it has 1 to 200 bytes after percent-decoding",
        ChannelNameStatus.NotUtf8 => "the channel name is not UTF-8",
        ChannelNameStatus.ForbiddenCharacter => "the channel name has a control character, { or }",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
