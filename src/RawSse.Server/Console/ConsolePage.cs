namespace RawSse.Server.Console;

/// <summary>The console page: one self-contained file, part of the assembly.</summary>
internal static class ConsolePage
{
    public static byte[] Html { get; } = Load();

    /// <summary>The page may talk to its own server only, and nobody may frame it.</summary>
    public static ReadOnlySpan<byte> Headers =>
        "Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"u8
        + "Content-Security-Policy: default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; "u8
        + "script-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'\r\n"u8;

    private static byte[] Load()
    {
        using Stream stream = typeof(ConsolePage).Assembly.GetManifestResourceStream("console.html")
            ?? throw new InvalidOperationException("the console page is missing from the assembly");
        byte[] html = new byte[stream.Length];
        stream.ReadExactly(html);
        return html;
    }
}
