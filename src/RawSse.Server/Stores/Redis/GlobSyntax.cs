using System.Text;

namespace RawSse.Server.Stores.Redis;

/// <summary>
/// Which globs can be configured. Redis takes any bytes; what is refused here would match nothing, or not what it seems to,
/// or something else once braces stand around it.
/// </summary>
internal static class GlobSyntax
{
    /// <summary>Null for a good one; else a few words.</summary>
    public static string? Problem(string glob)
    {
        if (glob.Length == 0)
            return "an empty glob matches nothing";
        if (!TryEncode(glob, out byte[] bytes))
            return "not Unicode";
        if (bytes.Length > GlobPattern.BytesMax)
            return $"longer than {GlobPattern.BytesMax} bytes";
        if (bytes.AsSpan().ContainsAny((byte)'{', (byte)'}') || glob.Any(char.IsControl))
            return "no channel has braces or control characters";
        return Problem(bytes);
    }

    private static string? Problem(ReadOnlySpan<byte> glob)
    {
        while (!glob.IsEmpty)
        {
            if (glob[0] == '[')
            {
                if (ProblemOfSet(ref glob) is { } problem)
                    return problem;
            }
            else if (glob is [(byte)'\\'])
                return "\\ is the last byte";
            else
                glob = glob[(glob[0] == '\\' ? 2 : 1)..];
        }
        return null;
    }

    private static string? ProblemOfSet(ref ReadOnlySpan<byte> glob)
    {
        var rest = glob[(glob is [_, (byte)'^', ..] ? 2 : 1)..];
        while (!rest.IsEmpty && rest[0] != ']')
        {
            if (rest[0] != '\\' && rest is [var start, (byte)'-', var end, ..])
            {
                if (start > 0x7F || end > 0x7F)
                    return "a range has an end that is not ASCII";
                if (end is (byte)']' or (byte)'\\')
                    return "a range has no end: write \\- for a hyphen";
                rest = rest[3..];
            }
            else
                rest = rest[(rest is [(byte)'\\', _, ..] ? 2 : 1)..];
        }
        if (rest.IsEmpty)
            return "[ without ]";
        glob = rest[1..];
        return null;
    }

    private static bool TryEncode(string text, out byte[] utf8)
    {
        try
        {
            utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            utf8 = [];
            return false;
        }
    }
}
