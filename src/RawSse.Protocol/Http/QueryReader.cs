namespace RawSse.Protocol.Http;

/// <summary>
/// Walks the pairs of a raw query, <c>name=value</c> separated by '&amp;', as WHATWG URL §5.1 does but without decoding: use
/// <see cref="PercentEncoding.TryDecode"/> with plus as space on what is needed. Empty pairs are skipped.
/// </summary>
/// <param name="query">The query without its question mark.</param>
public ref struct QueryReader(ReadOnlySpan<byte> query)
{
    private ReadOnlySpan<byte> _rest = query;

    /// <summary>The next pair; a name without '=' has an empty value. False at the end.</summary>
    public bool TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (pair.IsEmpty)
                continue;
            int equals = pair.IndexOf((byte)'=');
            name = equals < 0 ? pair : pair[..equals];
            value = equals < 0 ? default : pair[(equals + 1)..];
            return true;
        }

        name = default;
        value = default;
        return false;
    }
}
