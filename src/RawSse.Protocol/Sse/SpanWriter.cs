using RawSse.Protocol.Ids;

namespace RawSse.Protocol.Sse;

/// <summary>Puts bytes one behind the other; throws <see cref="ArgumentException"/> when they do not fit.</summary>
internal ref struct SpanWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Length { get; private set; }

    public readonly Span<byte> Rest => _destination[Length..];

    public void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Rest);
        Length += bytes.Length;
    }

    public void Put(EventId id) => Length += id.Format(Rest);

    public void Advance(int count) => Length += count;
}
