using System.Globalization;

namespace RawSse.Functional.Tests.Support;

/// <summary>A store's id, <c>ms-seq</c>, compared as Redis compares it.</summary>
internal readonly record struct EventId(ulong Ms, ulong Sequence) : IComparable<EventId>
{
    public static EventId Parse(string id)
    {
        string[] parts = id.Split('-');
        Assert.That(parts, Has.Length.EqualTo(2), id);
        return new(ulong.Parse(parts[0], CultureInfo.InvariantCulture), ulong.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public int CompareTo(EventId other) => (Ms, Sequence).CompareTo((other.Ms, other.Sequence));

    public override string ToString() => $"{Ms}-{Sequence}";
}
