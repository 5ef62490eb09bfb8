namespace RawSse.Bench.Load.Fleet;

/// <summary>When it was the tool that was measured, and not the server.</summary>
internal static class LoadWarnings
{
    /// <summary>A process that uses this much of a CPU adds its own waiting to every latency.</summary>
    public const double UtilisationMax = 0.9;

    private const double DelayShareMax = 0.25;

    /// <summary>CPUs that the busiest load process used.</summary>
    public static double Busiest(LoadResult result) =>
        result.Processes.Max(report => report.Seconds == 0 ? 0 : report.Cpu / 1e9 / report.Seconds);

    public static IEnumerable<string> Of(LoadResult result)
    {
        if (Busiest(result) > UtilisationMax)
            yield return "a load process used more than 90 % of a CPU: these figures measure the tool; give it more --processes and --cpus, or less to do";
        if (result.RunnerCpu / 1e9 / result.Seconds > UtilisationMax)
            yield return "the publishing process used more than 90 % of a CPU: the rate was the tool's";
        if (result.ReaderDelay.P99 > DelayShareMax * result.Latency.P99)
            yield return $"up to {result.ReaderDelay.P99:0.00} ms of the p99 may be the load processes' own; give them CPUs of their own (--cpus)";
        if (result.PublisherDelay.P99 > DelayShareMax * result.Latency.P99)
            yield return $"events were sent up to {result.PublisherDelay.P99:0.00} ms late (p99) by the tool itself; give it a CPU of its own (--cpus)";
        if (result.Sum.Foreign > 0)
            yield return $"{result.Sum.Foreign:N0} events were not this run's: somebody else publishes there, or streams resumed before it";
        if (result.Stalled > 0) yield return $"{result.Stalled:N0} events did not reach all streams within 2 s and were not waited for any longer";
    }
}
