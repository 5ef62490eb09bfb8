using System.Text;

namespace RawSse.Bench.Load.Fleet;

/// <summary>What matters of a response's head.</summary>
/// <param name="IsStream">it is 200</param>
/// <param name="IsChunked">its body has chunked transfer coding</param>
/// <param name="Bytes">length of the head, with the empty line</param>
internal readonly record struct ResponseHead(bool IsStream, bool IsChunked, int Bytes)
{
    private const int ExcerptBytesMax = 300;

    /// <summary>False: the head is not complete yet.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ResponseHead head)
    {
        head = default;
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        string text = Encoding.ASCII.GetString(bytes[..(end + 2)]);
        string[] words = text.Split(' ', 3);
        bool isChunked = text.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.OrdinalIgnoreCase);
        head = new ResponseHead(words.Length > 1 && words[0].StartsWith("HTTP/1.", StringComparison.Ordinal) && words[1] == "200", isChunked, end + 4);
        return true;
    }

    /// <summary>The beginning of an answer on one line, for a message.</summary>
    public static string Excerpt(ReadOnlySpan<byte> answer)
    {
        string text = Encoding.UTF8.GetString(answer[..Math.Min(answer.Length, ExcerptBytesMax)]);
        int body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string status = text.Split('\r', 2)[0];
        return body < 0 ? status : $"{status}: {text[(body + 4)..].ReplaceLineEndings(" ").Trim()}";
    }
}
