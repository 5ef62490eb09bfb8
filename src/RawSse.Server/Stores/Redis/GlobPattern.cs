namespace RawSse.Server.Stores.Redis;

/// <summary>
/// A Redis glob: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a]</c>, <c>\</c> before a byte that stands for itself. It matches exactly
/// what Redis' <c>stringmatchlen</c> (src/util.c) matches, ill-formed patterns included, so that the node and Redis agree on
/// which channels a PSUBSCRIBE covers. Immutable, any thread.
/// </summary>
/// <remarks>
/// The last <c>*</c> alone is ever tried again: what an earlier one could take more, the last one could take as well. So a
/// match costs at most pattern times text, also for <c>*a*a*a*</c>.
/// </remarks>
internal sealed class GlobPattern
{
    /// <summary>Bytes of the longest glob that can be configured: as many as the longest channel name.</summary>
    public const int BytesMax = 200;

    // What a step of the pattern matches: a byte (below 256), anything (AnyByte), any number of bytes (Star), or a set.
    private const short AnyByte = 256;
    private const short Star = 257;
    private const short FirstSet = 258;

    private readonly byte[] _glob;
    private readonly short[] _steps;
    private readonly ByteSet[] _sets;

    public GlobPattern(ReadOnlySpan<byte> glob)
    {
        _glob = glob.ToArray();
        var steps = new List<short>();
        var sets = new List<ByteSet>();
        while (!glob.IsEmpty)
        {
            if (glob[0] == '[')
            {
                steps.Add((short)(FirstSet + sets.Count));
                sets.Add(ByteSet.Read(ref glob));
            }
            else
                steps.Add(ReadStep(ref glob));
        }
        _steps = [.. steps];
        _sets = [.. sets];
    }

    /// <summary>As it was given.</summary>
    public ReadOnlySpan<byte> Bytes => _glob;

    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        // Not even a star matches an empty text: Redis does not look at the pattern then.
        if (text.IsEmpty)
            return _steps.Length == 0;
        int step = 0, at = 0, afterStar = -1, starTakesTo = 0;
        while (at < text.Length)
        {
            if (step < _steps.Length && _steps[step] == Star)
            {
                afterStar = ++step;
                starTakesTo = at;
            }
            else if (step < _steps.Length && Matches(_steps[step], text[at]))
            {
                step++;
                at++;
            }
            else if (afterStar >= 0)
            {
                step = afterStar;
                at = ++starTakesTo;
            }
            else
                return false;
        }
        while (step < _steps.Length && _steps[step] == Star)
            step++;
        return step == _steps.Length;
    }

    private static short ReadStep(scoped ref ReadOnlySpan<byte> glob)
    {
        // A backslash that ends the pattern stands for itself.
        bool isEscaped = glob[0] == '\\' && glob.Length > 1;
        if (isEscaped)
            glob = glob[1..];
        byte first = glob[0];
        glob = glob[1..];
        if (isEscaped)
            return first;
        return first switch
        {
            (byte)'*' => Star,
            (byte)'?' => AnyByte,
            _ => first,
        };
    }

    private bool Matches(short step, byte value) =>
        step < AnyByte ? step == value : step == AnyByte || _sets[step - FirstSet].Contains(value);
}
