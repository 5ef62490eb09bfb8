using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using RawSse.Bench.Load;

namespace RawSse.Bench.Redis;

/// <summary>redis-benchmark at work on the publish script: 50 connections with 16 calls each in flight.</summary>
internal static partial class RedisBenchmark
{
    public const string Program = "redis-benchmark";

    /// <summary>Calls a second, as it tells itself.</summary>
    /// <param name="script">the digest of publish.lua, which Redis knows</param>
    /// <param name="constants">the arguments behind type and data</param>
    public static double Run(int redisPort, string script, string channel, SampleEvent sample, IEnumerable<string> constants, int count)
    {
        string[] options = [
            "-h", "127.0.0.1", "-p", redisPort.ToString(CultureInfo.InvariantCulture), "-c", "50", "-P", "16",
            "-n", count.ToString(CultureInfo.InvariantCulture), "--csv"];
        string[] command = ["EVALSHA", script, "1", $"sse:{channel}", SampleEvent.Type, sample.Data, $"sse:channel:{channel}", .. constants];
        using Process process = Process.Start(new ProcessStartInfo(Program, [.. options, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> problem = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Match rate = Rate().Match(output);
        if (process.ExitCode != 0 || !rate.Success || problem.Result.Length > 0)
            throw new LoadException($"{Program} failed: {output}{problem.Result}");
        return double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    // The command stands before the rate, unescaped.
    [GeneratedRegex("\",\"([0-9.]+)\"(,\"[0-9.]+\"){6}\\s*$")]
    private static partial Regex Rate();
}
