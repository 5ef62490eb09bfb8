namespace RawSse.Protocol.Http;

/// <summary>
/// Where a piece of a head lies, counted from the head's first byte. Offsets outlive the input they were found in:
/// the caller may move the bytes between two calls.
/// </summary>
internal readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>For field values: whether the field was there. A value follows a name, so it never starts at 0.</summary>
    public bool IsPresent => Start > 0;

    public int End => Start + Length;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> head) => head.Slice(Start, Length);
}
