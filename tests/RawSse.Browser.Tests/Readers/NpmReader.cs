using System.Diagnostics;
using System.Text.Json;
using RawSse.Browser.Tests.Support;

namespace RawSse.Browser.Tests.Readers;

/// <summary>Reads with npm's eventsource under node (js/read.mjs).</summary>
internal static class NpmReader
{
    /// <summary>The first <paramref name="count"/> events of these types.</summary>
    public static async Task<IReadOnlyList<ReadEvent>> ReadAsync(Uri stream, int count, string[] types, CancellationToken cancellation)
    {
        string package = Path.Combine(Repository.Scripts, "node_modules", "eventsource");
        Assert.That(Directory.Exists(package), $"npm's eventsource is missing: run `npm ci` in {Repository.Scripts} (test.sh does).");
        string[] arguments = [Path.Combine(Repository.Scripts, "read.mjs"), stream.AbsoluteUri, $"{count}", JsonSerializer.Serialize(types)];
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process node = Process.Start(start)!;
        try
        {
            Task<string> errors = node.StandardError.ReadToEndAsync(cancellation);
            var events = new List<ReadEvent>();
            while (await node.StandardOutput.ReadLineAsync(cancellation) is { } line)
                events.Add(JsonSerializer.Deserialize<ReadEvent>(line, ReadEvent.Json)!);
            TestContext.Out.WriteLine($"node said: {await errors}");
            return events;
        }
        finally
        {
            if (!node.HasExited)
                node.Kill();
        }
    }
}
