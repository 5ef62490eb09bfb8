using System.Text;

namespace RawSse.Protocol.Ids;

/// <summary>
/// The id of an event: a Redis stream entry id, <c>milliseconds-sequence</c>, both decimal 64-bit unsigned numbers.
/// Ordered by milliseconds, then sequence. Any thread.
/// </summary>
/// <param name="Milliseconds">Unix time in ms for ids that a store made; any number for ids made by hand.</param>
/// <param name="Sequence">Tells entries of one millisecond apart.</param>
public readonly record struct EventId(ulong Milliseconds, ulong Sequence) : IComparable<EventId>
{
    /// <summary>Bytes of the longest id as text: two numbers of 20 digits and the hyphen.</summary>
    public const int TextBytesMax = 41;

    /// <summary><c>0-0</c>: before every event; no stream holds it.</summary>
    public static readonly EventId Zero;

    /// <summary>The largest id there can be.</summary>
    public static readonly EventId Max = new(ulong.MaxValue, ulong.MaxValue);

    public static bool operator <(EventId left, EventId right) => left.CompareTo(right) < 0;

    public static bool operator >(EventId left, EventId right) => left.CompareTo(right) > 0;

    public static bool operator <=(EventId left, EventId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EventId left, EventId right) => left.CompareTo(right) >= 0;

    /// <summary>
    /// Reads exactly the text that <see cref="Format"/> writes, and no other: both numbers, digits only, no leading zeros.
    /// An id has one text only, so texts may be compared in the place of ids.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out EventId id)
    {
        int hyphen = text.IndexOf((byte)'-');
        if (hyphen >= 0
            && DecimalText.TryParse(text[..hyphen], out ulong milliseconds)
            && DecimalText.TryParse(text[(hyphen + 1)..], out ulong sequence))
        {
            id = new EventId(milliseconds, sequence);
            return true;
        }

        id = Zero;
        return false;
    }

    /// <summary>
    /// Writes the text, e.g. <c>1795320800660-0</c>, and returns its length, at most <see cref="TextBytesMax"/>.
    /// </summary>
    /// <exception cref="ArgumentException">the text does not fit</exception>
    public int Format(Span<byte> destination)
    {
        int length = DecimalText.Write(destination, Milliseconds);
        if (length >= destination.Length)
            throw new ArgumentException("An event id does not fit.", nameof(destination));
        destination[length++] = (byte)'-';
        return length + DecimalText.Write(destination[length..], Sequence);
    }

    /// <summary>Bytes that <see cref="Format"/> writes.</summary>
    public int MeasureText() => DecimalText.Measure(Milliseconds) + 1 + DecimalText.Measure(Sequence);

    /// <summary>The id just before this one; <see cref="Zero"/> stays.</summary>
    public EventId Previous()
    {
        if (Sequence > 0)
            return new EventId(Milliseconds, Sequence - 1);
        return Milliseconds > 0 ? new EventId(Milliseconds - 1, ulong.MaxValue) : Zero;
    }

    /// <summary>The id just after this one; <see cref="Max"/> stays.</summary>
    public EventId Next()
    {
        if (Sequence < ulong.MaxValue)
            return new EventId(Milliseconds, Sequence + 1);
        return Milliseconds < ulong.MaxValue ? new EventId(Milliseconds + 1, 0) : Max;
    }

    public int CompareTo(EventId other)
    {
        int order = Milliseconds.CompareTo(other.Milliseconds);
        return order != 0 ? order : Sequence.CompareTo(other.Sequence);
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[TextBytesMax];
        return Encoding.ASCII.GetString(text[..Format(text)]);
    }
}
