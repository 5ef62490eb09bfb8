using FsCheck;
using FsCheck.Fluent;
using RawSse.Protocol.Ids;

namespace RawSse.Protocol.Tests.Ids;

/// <summary>Random values whose edges come up often. FsCheck prints a failure's seed; replay it with <c>Replay</c>.</summary>
internal static class Arbitraries
{
    /// <summary>Numbers of every width, all of 0 to 64 bits equally likely.</summary>
    private static readonly Gen<ulong> s_number =
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        from bits in Gen.Choose(0, 64)
        let raw = ((ulong)(uint)high << 32) | (uint)low
        select bits == 0 ? 0 : raw >> (64 - bits);

    private static readonly Gen<EventId> s_id =
        from milliseconds in Gen.OneOf(s_number, Gen.Elements(0UL, 1UL, ulong.MaxValue))
        from sequence in Gen.OneOf(s_number, Gen.Elements(0UL, 1UL, ulong.MaxValue))
        select new EventId(milliseconds, sequence);

    public static Arbitrary<EventId> Ids() => s_id.ToArbitrary();

    public static Arbitrary<EventId[]> IdArrays() => s_id.ArrayOf().Where(ids => ids.Length <= 40).ToArbitrary();
}
