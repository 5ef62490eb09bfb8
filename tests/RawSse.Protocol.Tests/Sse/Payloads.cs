using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace RawSse.Protocol.Tests.Sse;

/// <summary>Data of events that a careless writer or reader would break on.</summary>
internal sealed record Payload(string Text)
{
    public byte[] Utf8 => Encoding.UTF8.GetBytes(Text);

    /// <summary>What a reader must get: CR and CRLF are line ends like LF.</summary>
    public byte[] Normalised => Encoding.UTF8.GetBytes(Text.Replace("\r\n", "\n").Replace('\r', '\n'));

    public override string ToString() => System.Text.Json.JsonSerializer.Serialize(Text);
}

internal static class Payloads
{
    private static readonly string[] s_pieces =
    [
        "\r", "\n", "\r\n", "\n\n", "\r\r", "\n\r", "\0", "\uFEFF", " ", ":", "data: ", "data:", "data", "id: 5-5", "id:",
        "event: x", "retry: 1", ": comment", "😀", "é", "\u2028", "\u0085", "x", "{\"a\":1}",
        "a line that is longer than a vector of 32 bytes",
    ];

    /// <summary>The named ones of the issue, and what has broken readers elsewhere.</summary>
    public static readonly Payload[] Nasty =
    [
        new(""), new("hello"), new("\r"), new("\n"), new("\r\n"), new("\n\n"), new("\r\r"), new("\n\r"), new("\r\n\r\n"),
        new("a\rb"), new("a\nb"), new("a\r\nb"), new("a\n"), new("\na"), new("a\r"), new("a\r\n"), new("\ra"),
        new("\0"), new("a\0b"), new("\uFEFF"), new("\uFEFFa"), new("a\n\uFEFF"), new(" leading"), new("  two"), new(" "),
        new(":"), new(": no comment"), new("a\n: no comment\n:"), new("é"), new("😀"), new("a😀\r\n😀b"),
        new("\u2028\u0085"),
        new("x\n\nid: 9-9\nevent: rawsse.gap\ndata: forged\n\n"), new("x\r\rretry: 1\r\r"), new("x\r\n\r\n:y\r\n\r\n"),
        new("id: 9-9"), new("data: x"), new("retry: 0"), new("event: forged"), new("{\"msg\":\"hello\"}"),
    ];

    public static Arbitrary<Payload> Random() =>
        Gen.Elements(s_pieces).ListOf().Select(pieces => new Payload(string.Concat(pieces))).ToArbitrary();

    /// <summary>Random pieces until so many bytes are full, always the same for a seed.</summary>
    public static Payload OfBytes(int bytes, int seed)
    {
        Random random = new(seed);
        StringBuilder text = new();
        int length = 0;
        while (length < bytes)
        {
            string piece = s_pieces[random.Next(s_pieces.Length)];
            int pieceBytes = Encoding.UTF8.GetByteCount(piece);
            text.Append(length + pieceBytes <= bytes ? piece : new string('x', bytes - length));
            length = Math.Min(bytes, length + pieceBytes);
        }

        return new Payload(text.ToString());
    }
}
