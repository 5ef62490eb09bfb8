namespace RawSse.Server.Stores.Redis;

/// <summary>The bytes that a glob's <c>[…]</c> matches.</summary>
internal sealed class ByteSet
{
    private readonly bool[] _has = new bool[256];

    public bool Contains(byte value) => _has[value];

    /// <summary>
    /// Reads from the <c>[</c> to behind the <c>]</c>, or to the end where there is none, which Redis takes for one.
    /// </summary>
    public static ByteSet Read(scoped ref ReadOnlySpan<byte> glob)
    {
        var set = new ByteSet();
        var rest = glob[1..];
        bool isNegated = rest is [(byte)'^', ..];
        if (isNegated)
            rest = rest[1..];
        // No "]" right behind "[" or "[^" stands for itself: it ends a set of nothing.
        while (!rest.IsEmpty && rest[0] != ']')
            rest = rest[set.Add(rest)..];
        glob = rest.IsEmpty ? rest : rest[1..];
        if (isNegated)
        {
            foreach (ref bool has in set._has.AsSpan())
                has = !has;
        }
        return set;
    }

    /// <summary>Adds what comes first: an escaped byte, a range, a byte. Its length is the answer.</summary>
    private int Add(ReadOnlySpan<byte> rest)
    {
        if (rest is [(byte)'\\', var escaped, ..])
        {
            _has[escaped] = true;
            return 2;
        }
        if (rest is [var start, (byte)'-', var end, ..])
        {
            // Also where the end is "]" or "\": Redis looks at nothing but the hyphen.
            AddRange((sbyte)start, (sbyte)end);
            return 3;
        }
        _has[rest[0]] = true;
        return 1;
    }

    // Redis compares plain chars, which have a sign on x86; GlobSyntax refuses the ranges for which that matters.
    private void AddRange(sbyte start, sbyte end)
    {
        for (int value = Math.Min(start, end); value <= Math.Max(start, end); value++)
            _has[(byte)value] = true;
    }
}
