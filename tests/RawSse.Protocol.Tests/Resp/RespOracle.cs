using System.Text;
using System.Text.RegularExpressions;
using RawSse.Protocol.Resp;

namespace RawSse.Protocol.Tests.Resp;

/// <summary>
/// Where the first value ends, written a second time in the plainest way: recursive, over text, without a bound on bytes. It does
/// not see before the end of a line that the line is wrong.
/// </summary>
internal static class RespOracle
{
    public static (RespStatus Status, int Length) Frame(byte[] bytes)
    {
        int at = 0;
        RespStatus status = Value(Encoding.Latin1.GetString(bytes), ref at, 0);
        return (status, status == RespStatus.Done ? at : 0);
    }

    private static RespStatus Value(string text, ref int at, int depth)
    {
        RespStatus status = Line(text, at, out string line);
        if (status != RespStatus.Done)
            return status;

        at += line.Length + 2;
        if ("+-_#,(:".Contains(line[0]))
            return RespStatus.Done;
        long count = long.Parse(line[1..]);
        if (count < 0)
            return RespStatus.Done;
        return "$!=".Contains(line[0]) ? Bulk(text, ref at, line[0], count) : Values(text, ref at, line[0], count, depth);
    }

    private static RespStatus Bulk(string text, ref int at, char type, long count)
    {
        if (type == '=' && count < 4)
            return RespStatus.Malformed;
        if (count > text.Length - at - 2)
            return RespStatus.NeedMore;
        string body = text.Substring(at, (int)count + 2);
        at += body.Length;
        return body.EndsWith("\r\n", StringComparison.Ordinal) && (type != '=' || body[3] == ':')
            ? RespStatus.Done
            : RespStatus.Malformed;
    }

    private static RespStatus Values(string text, ref int at, char type, long count, int depth)
    {
        if (count > 0 && depth == RespFramer.DepthMax)
            return RespStatus.TooLarge;

        decimal values = type is '%' or '|' ? 2m * count : count;
        RespStatus status = RespStatus.Done;
        for (; values > 0 && status == RespStatus.Done; values--)
            status = Value(text, ref at, depth + 1);

        // An attribute is a map in front of the value that it is about.
        return type == '|' && status == RespStatus.Done ? Value(text, ref at, depth) : status;
    }

    /// <summary>A line is judged when its end is there.</summary>
    private static RespStatus Line(string text, int at, out string line)
    {
        int end = text.IndexOfAny(['\r', '\n'], at);
        line = end < 0 ? text[at..] : text[at..end];
        string lineEnd = end < 0 ? "" : text[end..Math.Min(text.Length, end + 2)];
        if (lineEnd is "" or "\r")
            return RespStatus.NeedMore;
        return lineEnd == "\r\n" && IsRight(line) ? RespStatus.Done : RespStatus.Malformed;
    }

    private static bool IsRight(string line)
    {
        Match match = Regex.Match(line, @"^[:$!=*%~>|]([+-]?[0-9]{1,19})\z");
        if (match.Success)
            return long.TryParse(match.Groups[1].Value, out long number)
                && (line[0] == ':' || number >= 0 || (number == -1 && line[0] is '$' or '*'));
        return Regex.IsMatch(line, @"\A([+-][\s\S]*|_|#[tf]|,[0-9+\-.eEinfa]+|\([+-]?[0-9]+)\z");
    }
}
