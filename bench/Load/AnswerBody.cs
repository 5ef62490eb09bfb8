using System.Globalization;
using System.Text;

namespace RawSse.Bench.Load;

/// <summary>Where the body of an answer ends, by its length or by its last chunk, and whether its connection ends with it.</summary>
internal static class AnswerBody
{
    /// <param name="head">the status line and the fields, with the last field's line end</param>
    /// <param name="body">what has come of the body; nothing may follow it, since the next request has not been sent</param>
    public static bool IsComplete(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        if (Field(head, "Content-Length"u8) is { IsEmpty: false } length)
            return body.Length >= int.Parse(length, CultureInfo.InvariantCulture);
        if (Ascii.EqualsIgnoreCase(Field(head, "Transfer-Encoding"u8), "chunked"u8)) return IsLastChunkThere(body);
        return head.StartsWith("HTTP/1.1 204"u8)
            ? true
            : throw new LoadException("A publish was answered without a length: " + Encoding.UTF8.GetString(head));
    }

    /// <summary>Whether the server closes the connection after this answer.</summary>
    public static bool IsLast(ReadOnlySpan<byte> head) => Ascii.EqualsIgnoreCase(Field(head, "Connection"u8), "close"u8);

    // Chunks are walked, not searched for: what looks like the last one may be data.
    private static bool IsLastChunkThere(ReadOnlySpan<byte> body)
    {
        while (body.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            int size = int.Parse(body[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            int next = end + 2 + size + 2;
            if (next > body.Length) return false;
            if (size == 0) return true;
            body = body[next..];
        }
        return false;
    }

    /// <summary>The value of a field; empty when there is none of this name.</summary>
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        while (head.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            ReadOnlySpan<byte> line = head[..end];
            head = head[(end + 2)..];
            if (line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                return line[(name.Length + 1)..].Trim((byte)' ');
        }
        return [];
    }
}
