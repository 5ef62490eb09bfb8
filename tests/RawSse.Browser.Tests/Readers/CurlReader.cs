using System.Diagnostics;

namespace RawSse.Browser.Tests.Readers;

/// <summary>Reads with <c>curl -N</c>, which passes on the body's bytes.</summary>
internal static class CurlReader
{
    /// <summary>Everything that curl prints until it ends with <paramref name="last"/>, which must come.</summary>
    public static async Task<byte[]> ReadAsync(Uri stream, byte[] last, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("curl", ["-sS", "-N", stream.AbsoluteUri]) { RedirectStandardOutput = true };
        using Process curl = Process.Start(start)!;
        using var output = new MemoryStream();
        try
        {
            byte[] buffer = new byte[64 << 10];
            int count;
            while ((count = await curl.StandardOutput.BaseStream.ReadAsync(buffer, cancellation)) > 0)
            {
                output.Write(buffer, 0, count);
                if (output.GetBuffer().AsSpan(0, (int)output.Length).EndsWith(last))
                    return output.ToArray();
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"curl gave {output.Length} bytes but not the {last.Length} expected at the end. It gave:\n{Show(output)}");
        }
        finally
        {
            curl.Kill();
        }

        throw new AssertionException($"The stream ended after {output.Length} bytes:\n{Show(output)}");
    }

    private static string Show(MemoryStream output) =>
        System.Text.Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)Math.Min(output.Length, 4_000));
}
