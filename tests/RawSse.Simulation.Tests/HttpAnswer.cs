using System.Globalization;
using System.Text;

namespace RawSse.Simulation.Tests;

/// <summary>Takes whole answers from the front of received bytes: with a length, or chunked.</summary>
internal static class HttpAnswer
{
    public static bool TryTake(List<byte> received, out int status, out string body)
    {
        (status, body) = (0, "");
        string text = Encoding.Latin1.GetString(received.ToArray());
        int headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (headEnd < 0)
            return false;
        string head = text[..(headEnd + 2)];
        status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        int at = headEnd + 4;
        int end = head.Contains("chunked", StringComparison.Ordinal) ? TakeChunks(text, at, out body) : TakeLength(head, text, at, out body);
        if (end < 0)
            return false;
        body = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body));
        received.RemoveRange(0, end);
        return true;
    }

    private static int TakeLength(string head, string text, int at, out string body)
    {
        const string Field = "Content-Length: ";
        int start = head.IndexOf(Field, StringComparison.OrdinalIgnoreCase) + Field.Length;
        int length = int.Parse(head.AsSpan(start, head.IndexOf('\r', start) - start), CultureInfo.InvariantCulture);
        bool isWhole = text.Length >= at + length;
        body = isWhole ? text.Substring(at, length) : "";
        return isWhole ? at + length : -1;
    }

    private static int TakeChunks(string text, int at, out string body)
    {
        var whole = new StringBuilder();
        body = "";
        while (true)
        {
            int lineEnd = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (lineEnd < 0)
                return -1;
            int length = int.Parse(text.AsSpan(at, lineEnd - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at = lineEnd + 2;
            if (text.Length < at + length + 2)
                return -1;
            whole.Append(text, at, length);
            at += length + 2;
            if (length > 0)
                continue;
            body = whole.ToString();
            return at;
        }
    }
}
