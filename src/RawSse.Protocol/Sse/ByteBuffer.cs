namespace RawSse.Protocol.Sse;

/// <summary>Bytes that grow at the end and are reused: no memory until the first byte, none given back. One owner.</summary>
internal sealed class ByteBuffer
{
    private const int FirstCapacity = 64;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetRoom(bytes.Length));
        Length += bytes.Length;
    }

    public void Append(byte value)
    {
        GetRoom(1)[0] = value;
        Length++;
    }

    public void Set(ReadOnlySpan<byte> bytes)
    {
        Length = 0;
        Append(bytes);
    }

    /// <summary>Spans taken before stay readable until the next append.</summary>
    public void Clear() => Length = 0;

    /// <summary>At least <paramref name="count"/> bytes behind the end, to be filled before <see cref="Advance"/>.</summary>
    public Span<byte> GetRoom(int count)
    {
        if (_bytes.Length - Length < count)
            Grow(checked(Length + count));
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    private void Grow(int capacity)
    {
        int doubled = (int)Math.Min(2L * _bytes.Length, Array.MaxLength);
        Array.Resize(ref _bytes, Math.Max(capacity, Math.Max(FirstCapacity, doubled)));
    }
}
