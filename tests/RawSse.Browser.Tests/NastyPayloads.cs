using System.Text;

namespace RawSse.Browser.Tests;

/// <summary>Events that break naive writers and readers of the stream.</summary>
internal static class NastyPayloads
{
    /// <summary>The longest frame that the server takes by default; --max-event-bytes.</summary>
    public const int FrameBytesMax = 256 << 10;

    // "id: 1795320800660-0\n", "data: " and "\n\n", with room for a few more digits.
    private const int FrameOverheadBytes = 64;

    /// <summary>Type (null: none) and data, the largest last.</summary>
    public static IReadOnlyList<(string? Type, string Data)> All { get; } =
    [
        (null, "plain"),
        (null, ""),
        (null, "carriage\rreturn"),
        (null, "line\nfeed"),
        (null, "both\r\nof them"),
        (null, "\r"),
        (null, "\n"),
        (null, "\r\n"),
        (null, "\n\n\r\r\n\r"),
        (null, "ends with\n"),
        (null, "ends with\r"),
        (null, "\nbegins with"),
        (null, "nul \0 in the middle\0"),
        (null, "\0"),
        (null, "\uFEFFbyte order mark"),
        (null, "lines\n\uFEFFwith\n\uFEFF"),
        (null, " leading space"),
        (null, "  two spaces  "),
        (null, " "),
        (null, ":leading colon"),
        (null, ": comment"),
        (null, "forged\nid: 1-1\nevent: forged\nretry: 1\ndata: forged\n\nid: 2-2\ndata: forged"),
        (null, "forged\r\rid: 1-1\revent: forged\rretry: 1\rdata: forged\r\r"),
        (null, "data: data:\ndata"),
        (null, "four bytes 🎉𝄞🇩🇪👩‍👩‍👧‍👦 three €…\u2028\u2029 two üß\u0085 one"),
        (null, string.Concat(Enumerable.Repeat("𝄞", 500))),
        (null, "\u0001\u001b[31m\u007f\u0085\uFFFD\uFFFE\U0010FFFF"),
        (null, "a\tb\vc\fd"),
        ("update", "typed"),
        ("ü 🎉: type\u00a0", "with a nasty type"),
        ("data: x", ""),
        (null, Largest()),
    ];

    /// <summary>The types that a reader must listen to.</summary>
    public static string[] Types { get; } = [.. All.Select(p => p.Type ?? "message").Distinct()];

    /// <summary>What every reader must give for <paramref name="data"/>: CR and CRLF end lines too, and come out as LF.</summary>
    public static string Expected(string data) => data.Replace("\r\n", "\n").Replace('\r', '\n');

    /// <summary>The exact bytes of an event's frame (contract §3).</summary>
    public static byte[] Frame(string id, string? type, string data)
    {
        string lines = string.Concat(Expected(data).Split('\n').Select(line => $"data: {line}\n"));
        return Encoding.UTF8.GetBytes($"id: {id}\n{(type is null ? "" : $"event: {type}\n")}{lines}\n");
    }

    private static string Largest()
    {
        var text = new StringBuilder();
        int left = FrameBytesMax - FrameOverheadBytes;
        for (int i = 0; left >= 8; i++, left -= 8)
            text.Append("🎉").Append((i % 10_000).ToString("0000"));
        return text.Append('x', left).ToString();
    }
}
