using System.Buffers;
using RawSse.Server.Channels;

namespace RawSse.Server.Shards;

/// <summary>
/// Bytes written at the end and taken from the front, in one pooled array that is rented when first written to and given
/// back by <see cref="Release"/>. One thread.
/// </summary>
internal sealed class ByteBuffer : IBufferWriter<byte>
{
    /// <summary>The least that is rented.</summary>
    public const int BytesMin = 1024;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public int Length => _end - _start;

    /// <summary>Bytes of memory held.</summary>
    public int Capacity => _bytes.Length;

    public bool IsEmpty => _end == _start;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(_start, _end - _start);

    public void Advance(int count)
    {
        Invariant.Must((uint)count <= (uint)(_bytes.Length - _end), "no more is written than was asked for");
        _end += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_end);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_end);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _end += bytes.Length;
    }

    public void WriteNumber(long number)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(number, GetSpan(20), out int written);
        _end += written;
    }

    /// <summary>Takes <paramref name="count"/> bytes from the front.</summary>
    public void Consume(int count)
    {
        Invariant.Must((uint)count <= (uint)Length, "no more is taken than there is");
        _start += count;
        if (_start == _end)
            _start = _end = 0;
    }

    public void Clear() => _start = _end = 0;

    /// <summary>Forgets the bytes, and keeps the array if it is the smallest there is: what comes next mostly fits.</summary>
    public void Shrink()
    {
        if (_bytes.Length > BytesMin)
            Release();
        else
            Clear();
    }

    /// <summary>Forgets the bytes and gives the array back.</summary>
    public void Release()
    {
        Clear();
        if (_bytes.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - _end >= count)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(BytesMin, Math.Max(Length + count, Length * 2)));
        Written.CopyTo(larger);
        _end -= _start;
        _start = 0;
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
