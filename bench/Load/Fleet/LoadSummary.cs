using System.Text.Json;

namespace RawSse.Bench.Load.Fleet;

/// <summary>What a run of <c>load</c> prints and writes.</summary>
internal static class LoadSummary
{
    private static readonly JsonSerializerOptions s_json = new(LoadProcess.Json) { WriteIndented = true };

    public static string Text(LoadResult result) => string.Join('\n',
        Rows(result).Select(row => $"{row.Name,-28}{row.Value}").Concat(result.Warnings.Select(warning => $"warning: {warning}")));

    public static void WriteJson(LoadResult result, string file) => File.WriteAllText(file, JsonSerializer.Serialize(result, s_json) + "\n");

    private static IEnumerable<(string Name, string Value)> Rows(LoadResult result)
    {
        FleetReport sum = result.Sum;
        LoadOptions options = result.Options;
        if (result.WasEndedEarly) yield return ("ended early", "yes, what follows is up to then");
        yield return ("streams", $"{sum.Opened:N0} opened of {options.Connections:N0}, {sum.Refused:N0} refused, {sum.Ended:N0} ended by the server");
        if (sum.Refusal is { } refusal) yield return ("  first refusal", refusal);
        yield return ("time", $"{result.Seconds:0.0} s");
        yield return ("deliveries", $"{sum.Deliveries:N0}, {sum.Deliveries / result.Seconds:N0}/s, {sum.Bytes / result.Seconds / 1e6:0.00} MB/s, {PerRead(sum)}");
        if (options.Publish is not null)
            foreach ((string, string) row in Published(result, sum)) yield return row;
        if (result.IsServerKnown)
            foreach ((string, string) row in Server(result, sum)) yield return row;
        else yield return ("server", "not on this machine, or not ours to see: no CPU and no memory (--pid)");
        double busiest = LoadWarnings.Busiest(result);
        yield return ("tool", $"{options.ProcessCount} processes, the busiest used {busiest:P1} of a CPU, "
            + $"{busiest / LoadWarnings.UtilisationMax:P0} of what it can; publisher {result.RunnerCpu / 1e9 / result.Seconds:P1}");
    }

    private static IEnumerable<(string Name, string Value)> Published(LoadResult result, FleetReport sum)
    {
        LoadOptions options = result.Options;
        string asked = options.InFlight > 0 ? $"{options.InFlight} in flight" : $"{options.Rate:0.##}/s asked for";
        yield return ("events", $"{result.EventsPublished:N0} published, {result.EventsPublished / result.Seconds:0.0}/s ({asked}), {result.PublishesRefused:N0} refused");
        if (result.PublishRefusal is { } refusal) yield return ("  first refusal", refusal);
        yield return ("lost", $"{sum.Lost:N0}");
        yield return ("repeated", $"{sum.Repeated:N0}");
        yield return ("out of order", $"{sum.OutOfOrder:N0}");
        if (options.Slow > 0) yield return ("left out for slow streams", $"{sum.SkippedBySlow:N0}");
        yield return ("latency", Times(result.Latency) + (options.InFlight > 0 ? " from when it was sent" : " from when it was due"));
        yield return ("  of that the tool, at most", Times(result.ReaderDelay));
        if (options.InFlight == 0) yield return ("  sent late by the tool", Times(result.PublisherDelay));
    }

    private static IEnumerable<(string Name, string Value)> Server(LoadResult result, FleetReport sum)
    {
        string each = sum.Deliveries == 0 ? "" : $", {result.ServerCpu / 1e3 / sum.Deliveries:0.000} µs a delivery";
        yield return ("server CPU", $"{result.ServerCpu / 1e9 / result.Seconds:P1} of a CPU{each}");
        yield return ("server memory", $"{result.ServerMemory / 1e6:0.0} MB, {result.MemoryPerConnection:N0} B more a stream since before");
    }

    private static string Times(Percentiles times) => times.Count == 0
        ? "–"
        : $"p50 {times.P50:0.000}  p90 {times.P90:0.000}  p99 {times.P99:0.000}  p99.9 {times.P999:0.000}  max {times.Max:0.000} ms";

    private static string PerRead(FleetReport sum) => sum.Reads == 0 ? "no reads" : $"{(double)sum.Deliveries / sum.Reads:0.0} a read";
}
