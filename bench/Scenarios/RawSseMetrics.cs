using System.Globalization;

namespace RawSse.Bench.Scenarios;

/// <summary>What <c>/metrics</c> of a RawSse said (contract §5).</summary>
internal sealed class RawSseMetrics
{
    private readonly Dictionary<string, double> _samples = [];

    private RawSseMetrics(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            int at = line.LastIndexOf(' ');
            if (double.TryParse(line[(at + 1)..], CultureInfo.InvariantCulture, out double value)) _samples[line[..at]] = value;
        }
    }

    /// <summary>Null: there is no such page.</summary>
    public static RawSseMetrics? TryRead(int port)
    {
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            string text = client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics")).GetAwaiter().GetResult();
            return text.Contains("rawsse_", StringComparison.Ordinal) ? new RawSseMetrics(text) : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>The labels and values of a metric that are not 0, for a sentence.</summary>
    public string NotZero(string metric) => string.Join(", ", _samples
        .Where(sample => sample.Key.StartsWith(metric, StringComparison.Ordinal) && sample.Value != 0)
        .Select(sample => string.Create(CultureInfo.InvariantCulture, $"{sample.Key[metric.Length..]} {sample.Value}")));

    /// <summary>A sample by its name with its labels; 0 when there is none.</summary>
    public double Value(string sample) => _samples.GetValueOrDefault(sample);
}
